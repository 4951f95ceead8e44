ALTER TABLE "outbox" ADD COLUMN "connection_id" text;--> statement-breakpoint
CREATE INDEX "outbox_bulk" ON "outbox" USING btree ("connection_id","priority","created_at") WHERE "outbox"."priority" >= 3;--> statement-breakpoint
UPDATE "outbox" SET "connection_id" = "seats"."connection_id" FROM "seats" WHERE "outbox"."kind" = 'seat' AND "seats"."id" = "outbox"."subject_id";
