CREATE TABLE "record_entries" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"person_id" text,
	"connection_id" text,
	"leaf" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "record_keys" (
	"subject" text PRIMARY KEY NOT NULL,
	"sealed_key" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "record_positions" (
	"position" bigint PRIMARY KEY NOT NULL,
	"entry_id" bigint NOT NULL,
	CONSTRAINT "record_positions_entry_id_unique" UNIQUE("entry_id")
);
--> statement-breakpoint
CREATE TABLE "record_queue" (
	"entry_id" bigint PRIMARY KEY NOT NULL,
	"transaction" "xid8" DEFAULT pg_current_xact_id() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "activity_logs" (
	"connection_id" text PRIMARY KEY NOT NULL,
	"cursor" text,
	"covered_from" timestamp (3) with time zone,
	"covered_through" timestamp (3) with time zone,
	"has_file_events" boolean,
	"problem" jsonb,
	"events" bigint DEFAULT 0 NOT NULL,
	"unknown_types" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"devices_read_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "licence_snapshots" (
	"connection_id" text NOT NULL,
	"date" date NOT NULL,
	"purchased" integer NOT NULL,
	"provisioned" integer NOT NULL,
	"used" integer NOT NULL,
	"suspended" integer NOT NULL,
	"dormant" integer NOT NULL,
	"taken_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "licence_snapshots_connection_id_date_pk" PRIMARY KEY("connection_id","date")
);
--> statement-breakpoint
CREATE TABLE "member_activity" (
	"connection_id" text NOT NULL,
	"team_member_id" text NOT NULL,
	"last_activity_at" timestamp (3) with time zone NOT NULL,
	"source" text NOT NULL,
	CONSTRAINT "member_activity_connection_id_team_member_id_pk" PRIMARY KEY("connection_id","team_member_id")
);
--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "checked_at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "record_positions" ADD CONSTRAINT "record_positions_entry_id_record_entries_id_fk" FOREIGN KEY ("entry_id") REFERENCES "public"."record_entries"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "activity_logs" ADD CONSTRAINT "activity_logs_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "licence_snapshots" ADD CONSTRAINT "licence_snapshots_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member_activity" ADD CONSTRAINT "member_activity_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "record_entries_person" ON "record_entries" USING btree ("person_id","id") WHERE "record_entries"."person_id" is not null;--> statement-breakpoint
CREATE INDEX "record_entries_connection" ON "record_entries" USING btree ("connection_id","id") WHERE "record_entries"."connection_id" is not null;--> statement-breakpoint
CREATE INDEX "record_entries_at" ON "record_entries" USING btree ("at");--> statement-breakpoint
ALTER TABLE "members" DROP COLUMN "last_activity_at";--> statement-breakpoint
ALTER TABLE "members" DROP COLUMN "last_activity_source";--> statement-breakpoint
CREATE FUNCTION refuse_change_of_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END
$$;--> statement-breakpoint
CREATE TRIGGER record_entries_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON "record_entries" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_record();--> statement-breakpoint
CREATE TRIGGER record_positions_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON "record_positions" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_record();
