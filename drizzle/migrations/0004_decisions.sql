CREATE TABLE "decisions" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"seat_id" text NOT NULL,
	"kind" text NOT NULL,
	"actor" text NOT NULL,
	"plan_version" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_seat_id_seats_id_fk" FOREIGN KEY ("seat_id") REFERENCES "public"."seats"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "decisions_seat" ON "decisions" USING btree ("seat_id","id");