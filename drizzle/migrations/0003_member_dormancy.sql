ALTER TABLE "activity_logs" ADD COLUMN "reading" jsonb;--> statement-breakpoint
CREATE VIEW "member_dormancy" AS
SELECT m."connection_id", m."team_member_id", a."last_activity_at", a."source",
  CASE
    WHEN m."status" <> 'active' THEN NULL
    WHEN greatest(a."last_activity_at", m."joined_at") >= w."since" THEN false
    WHEN greatest(a."last_activity_at", m."joined_at") < w."since"
      AND l."problem" IS NULL AND l."has_file_events"
      AND l."covered_from" <= w."since" AND l."covered_through" >= p."present" - interval '48 hours' THEN true
  END AS "dormant"
FROM "members" m
LEFT JOIN "connections" c ON c."id" = m."connection_id"
LEFT JOIN "connection_settings" g ON g."connection_id" = c."id" AND g."version" = c."settings_version"
LEFT JOIN "activity_logs" l ON l."connection_id" = m."connection_id"
LEFT JOIN "member_activity" a
  ON a."connection_id" = m."connection_id" AND a."team_member_id" = m."team_member_id"
CROSS JOIN LATERAL (SELECT greatest(now(), l."covered_through") AS "present") p
-- Left joins, although the rows are always there: inner ones spoil the estimates of the planner.
-- In seconds: a day of an interval can have 23 or 25 hours in the session's time zone.
CROSS JOIN LATERAL (
  SELECT p."present" - extract(epoch FROM (g."settings"->>'dormantAfter')::interval) * interval '1 second' AS "since"
) w;
