ALTER TABLE "group_members" DROP CONSTRAINT "group_members_group_name_groups_name_fk";
--> statement-breakpoint
ALTER TABLE "group_members" DROP CONSTRAINT "group_members_person_id_people_external_id_fk";
