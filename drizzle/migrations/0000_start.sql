CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"prefix" text NOT NULL,
	"secret_hash" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "api_keys_secret_hash_unique" UNIQUE("secret_hash")
);
--> statement-breakpoint
CREATE TABLE "assignments" (
	"connection_id" text NOT NULL,
	"kind" text NOT NULL,
	"subject" text DEFAULT '' NOT NULL,
	"actor" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "assignments_connection_id_kind_subject_pk" PRIMARY KEY("connection_id","kind","subject")
);
--> statement-breakpoint
CREATE TABLE "authorizations" (
	"id" text PRIMARY KEY NOT NULL,
	"state_hash" text NOT NULL,
	"purpose" text NOT NULL,
	"connection_id" text,
	"access" text NOT NULL,
	"requested_scopes" text[] NOT NULL,
	"code_verifier" text NOT NULL,
	"begun_by" text NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"problem" jsonb,
	"team_id" text,
	"team_name" text,
	"admin_member_id" text,
	"admin_email" text,
	"granted_scopes" text[],
	"refresh_token" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "authorizations_state_hash_unique" UNIQUE("state_hash")
);
--> statement-breakpoint
CREATE TABLE "connection_settings" (
	"connection_id" text NOT NULL,
	"version" integer NOT NULL,
	"settings" jsonb NOT NULL,
	"actor" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "connection_settings_connection_id_version_pk" PRIMARY KEY("connection_id","version")
);
--> statement-breakpoint
CREATE TABLE "connections" (
	"id" text PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"team_id" text NOT NULL,
	"team_name" text NOT NULL,
	"admin_member_id" text NOT NULL,
	"admin_email" text NOT NULL,
	"scopes" text[] NOT NULL,
	"status" text DEFAULT 'connected' NOT NULL,
	"broken_cause" jsonb,
	"settings_version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "connections_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "email_claims" (
	"connection_id" text NOT NULL,
	"email_key" text NOT NULL,
	"holder_seat_id" text,
	"state" text NOT NULL,
	"held_since" timestamp (3) with time zone,
	"hold_until" timestamp (3) with time zone,
	"team_member_id" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "email_claims_connection_id_email_key_pk" PRIMARY KEY("connection_id","email_key")
);
--> statement-breakpoint
CREATE TABLE "email_waiters" (
	"connection_id" text NOT NULL,
	"email_key" text NOT NULL,
	"seat_id" text NOT NULL,
	"place" bigserial NOT NULL,
	CONSTRAINT "email_waiters_connection_id_email_key_seat_id_pk" PRIMARY KEY("connection_id","email_key","seat_id")
);
--> statement-breakpoint
CREATE TABLE "facts" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"event_id" text NOT NULL,
	"type" text NOT NULL,
	"person_id" text,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"effective_at" timestamp (3) with time zone,
	"effective_date" text,
	"cancels" text,
	"body" jsonb NOT NULL,
	"body_hash" text NOT NULL,
	"actor" text NOT NULL,
	"received_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "grants" (
	"connection_id" text PRIMARY KEY NOT NULL,
	"refresh_token" text NOT NULL,
	"access_token" text,
	"access_token_expires_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "group_members" (
	"group_name" text NOT NULL,
	"person_id" text NOT NULL,
	CONSTRAINT "group_members_group_name_person_id_pk" PRIMARY KEY("group_name","person_id")
);
--> statement-breakpoint
CREATE TABLE "groups" (
	"name" text PRIMARY KEY NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "intents" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"seat_id" text NOT NULL,
	"action" text NOT NULL,
	"plan_version" integer NOT NULL,
	"settings_version" integer NOT NULL,
	"profile_revision" integer,
	"choices" jsonb NOT NULL,
	"async_job_id" text,
	"outcome" text,
	"refusal" text,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "members" (
	"connection_id" text NOT NULL,
	"team_member_id" text NOT NULL,
	"external_id" text,
	"email" text NOT NULL,
	"email_key" text NOT NULL,
	"name" text NOT NULL,
	"status" text NOT NULL,
	"recoverable" boolean,
	"role" text NOT NULL,
	"joined_at" timestamp (3) with time zone,
	"invited_at" timestamp (3) with time zone,
	"suspended_at" timestamp (3) with time zone,
	"seen_at" timestamp (3) with time zone NOT NULL,
	"first_seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_activity_at" timestamp (3) with time zone,
	"last_activity_source" text,
	CONSTRAINT "members_connection_id_team_member_id_pk" PRIMARY KEY("connection_id","team_member_id")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"revision" bigint DEFAULT 1 NOT NULL,
	"priority" smallint DEFAULT 2 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"leased_until" timestamp (3) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "outbox_kind_subject_id_pk" PRIMARY KEY("kind","subject_id")
);
--> statement-breakpoint
CREATE TABLE "people" (
	"external_id" text PRIMARY KEY NOT NULL,
	"ref" text NOT NULL,
	"slices" jsonb NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "people_ref_unique" UNIQUE("ref")
);
--> statement-breakpoint
CREATE TABLE "plans" (
	"seat_id" text NOT NULL,
	"version" integer NOT NULL,
	"plan" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "plans_seat_id_version_pk" PRIMARY KEY("seat_id","version")
);
--> statement-breakpoint
CREATE TABLE "profile_revisions" (
	"person_id" text NOT NULL,
	"revision" integer NOT NULL,
	"email" text,
	"given_name" text,
	"surname" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "profile_revisions_person_id_revision_pk" PRIMARY KEY("person_id","revision")
);
--> statement-breakpoint
CREATE TABLE "recomputes" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"connection_id" text,
	"group_names" text[],
	"done_through" text DEFAULT '' NOT NULL,
	"cause" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "seats" (
	"id" text PRIMARY KEY NOT NULL,
	"connection_id" text NOT NULL,
	"person_id" text NOT NULL,
	"workflow_id" text NOT NULL,
	"plan" jsonb NOT NULL,
	"plan_version" integer NOT NULL,
	"judged_plan" integer DEFAULT 0 NOT NULL,
	"judged_settings" integer DEFAULT 0 NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"member_status" text,
	"team_member_id" text,
	"profile_revision" integer,
	"hold_until" timestamp (3) with time zone,
	"waiting" jsonb,
	"attention" jsonb,
	"skipped" jsonb,
	"read_back_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "seats_workflow_id_unique" UNIQUE("workflow_id")
);
--> statement-breakpoint
CREATE TABLE "staged_members" (
	"sync_id" text NOT NULL,
	"team_member_id" text NOT NULL,
	"external_id" text,
	"email" text NOT NULL,
	"email_key" text NOT NULL,
	"name" text NOT NULL,
	"status" text NOT NULL,
	"recoverable" boolean,
	"role" text NOT NULL,
	"joined_at" timestamp (3) with time zone,
	"invited_at" timestamp (3) with time zone,
	"suspended_at" timestamp (3) with time zone,
	"seen_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "syncs" (
	"id" text PRIMARY KEY NOT NULL,
	"connection_id" text NOT NULL,
	"workflow_id" text,
	"run_id" text,
	"status" text NOT NULL,
	"phase" text DEFAULT 'members' NOT NULL,
	"processed" integer DEFAULT 0 NOT NULL,
	"total" integer,
	"cursor" text,
	"listing_started_at" timestamp (3) with time zone,
	"problem" jsonb,
	"report" jsonb,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"progress_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connection_settings" ADD CONSTRAINT "connection_settings_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "email_claims" ADD CONSTRAINT "email_claims_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "email_claims" ADD CONSTRAINT "email_claims_holder_seat_id_seats_id_fk" FOREIGN KEY ("holder_seat_id") REFERENCES "public"."seats"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "email_waiters" ADD CONSTRAINT "email_waiters_seat_id_seats_id_fk" FOREIGN KEY ("seat_id") REFERENCES "public"."seats"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_members" ADD CONSTRAINT "group_members_group_name_groups_name_fk" FOREIGN KEY ("group_name") REFERENCES "public"."groups"("name") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_members" ADD CONSTRAINT "group_members_person_id_people_external_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("external_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "intents" ADD CONSTRAINT "intents_seat_id_seats_id_fk" FOREIGN KEY ("seat_id") REFERENCES "public"."seats"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plans" ADD CONSTRAINT "plans_seat_id_seats_id_fk" FOREIGN KEY ("seat_id") REFERENCES "public"."seats"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "profile_revisions" ADD CONSTRAINT "profile_revisions_person_id_people_external_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("external_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recomputes" ADD CONSTRAINT "recomputes_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seats" ADD CONSTRAINT "seats_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seats" ADD CONSTRAINT "seats_person_id_people_external_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("external_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "syncs" ADD CONSTRAINT "syncs_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "connections_one_per_team" ON "connections" USING btree ("team_id") WHERE "connections"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "email_claims_holder" ON "email_claims" USING btree ("holder_seat_id");--> statement-breakpoint
CREATE INDEX "email_waiters_seat" ON "email_waiters" USING btree ("seat_id");--> statement-breakpoint
CREATE UNIQUE INDEX "facts_source_event" ON "facts" USING btree ("source","event_id");--> statement-breakpoint
CREATE INDEX "facts_person" ON "facts" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "facts_cancels" ON "facts" USING btree ("source","cancels") WHERE "facts"."cancels" is not null;--> statement-breakpoint
CREATE INDEX "group_members_person" ON "group_members" USING btree ("person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "intents_one_open_per_seat" ON "intents" USING btree ("seat_id") WHERE "intents"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "intents_seat" ON "intents" USING btree ("seat_id");--> statement-breakpoint
CREATE INDEX "members_email" ON "members" USING btree ("connection_id","email_key");--> statement-breakpoint
CREATE INDEX "members_name" ON "members" USING btree ("connection_id","name","team_member_id");--> statement-breakpoint
CREATE INDEX "outbox_order" ON "outbox" USING btree ("priority","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "seats_one_per_person" ON "seats" USING btree ("connection_id","person_id");--> statement-breakpoint
CREATE INDEX "seats_person" ON "seats" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "seats_member" ON "seats" USING btree ("connection_id","team_member_id");--> statement-breakpoint
CREATE INDEX "staged_members_sync" ON "staged_members" USING btree ("sync_id","team_member_id");--> statement-breakpoint
CREATE UNIQUE INDEX "syncs_one_at_a_time" ON "syncs" USING btree ("connection_id") WHERE "syncs"."finished_at" is null;--> statement-breakpoint
CREATE INDEX "syncs_connection" ON "syncs" USING btree ("connection_id","started_at");