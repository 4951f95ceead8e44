import { dropboxTimestamp } from '../clock.ts';
import type { World } from '../world.ts';
import { teamOverview } from './overview.ts';

/** What a person reads at `GET /simulator`: how things stand, then what can be done. */
export function indexPage(world: World): string {
  const teams = world.teams.map((team) => {
    const { name, headcount, licences, provisioned, auditEventsRecorded } = teamOverview({ world, team });
    const { generatedEvents } = world.settings;
    const perDay = generatedEvents ? team.audit.generated.perDay(world.settings) : 0;
    return (
      `  ${name}: ${headcount.active} active, ${headcount.invited} invited, ${headcount.suspended} suspended, ` +
      `${headcount.removed} removed; ${provisioned} of ${licences} seats;\n` +
      `    audit log: about ${perDay} events a day from ${dropboxTimestamp(team.audit.generated.startMs)} on, ` +
      `${auditEventsRecorded} recorded\n`
    );
  });
  const now = dropboxTimestamp(world.clock.nowMs());
  return INDEX_PAGE.replace('{{teams}}', `Now ${now}\n${teams.join('')}`);
}

const INDEX_PAGE = `Dropbox Business simulator

A Dropbox team that lives on this machine. The API is below /2/, tokens come from /oauth2/token, and the page on which
an admin connects an app is /oauth2/authorize. The addresses below are not Dropbox's: with them you look inside and
play the people and the trouble. Bodies and answers are JSON. "team" is 0 for the first team and may be left out.
A member is named by "email", "externalId" or "teamMemberId".

{{teams}}
Look
  GET    /simulator/state                        teams, seats, time, settings, jobs, grants
  GET    /simulator/members?status=invited       newest first; or ?email=..., ?externalId=..., ?teamMemberId=..., &team=1
  GET    /simulator/ledger?since=0               every call, and every change that really took place
         also ?route=team/members/remove, ?kind=remove, ?email=...; "position" is the next "since"
  DELETE /simulator/ledger                       forget it

Play the people
  POST   /simulator/members/accept    {"email": "..."}                 the invited person joins
  POST   /simulator/members/add       {"email": "...", "externalId": "..."}      somebody invites by hand
  POST   /simulator/members/remove    {"email": "...", "wipeData": false}        somebody removes by hand
  POST   /simulator/members/recover   {"email": "..."}
  POST   /simulator/members/suspend   {"email": "..."}
  POST   /simulator/members/unsuspend {"email": "..."}
  POST   /simulator/members/edit      {"email": "...", "newEmail": "...", "newGivenName": "...", "newExternalId": "..."}
  POST   /simulator/members/roles     {"email": "...", "roles": []}    demotes; "Team" makes a full admin
  POST   /simulator/licences          {"licences": 300}                buy or give back seats

Make activity
  POST   /simulator/events            [{"type": "file_edit", "email": "...", "at": "2026-11-01T09:00:00Z"}, ...]
         a list, one event, one event a line, or {"team": 1, "events": [...]}; up to 64 MB
         "actor": "user" | "admin" | "app" | "dropbox" | "anonymous" | "reseller" | "absent"; or "guest": "somebody@elsewhere.example"
         "accessMethod": "web" | "desktop" | "mobile" | "admin_console" | "content_manager" | "enterprise_console" |
                         "sign_in_as" | "api" | "absent"
         "visibleAt" (comes late), "category", "context", "participants", "details", "raw" (laid over the event as it is)
  DELETE /simulator/events            forget what was recorded; setting "generatedEvents": false silences the members too
  POST   /simulator/devices           {"email": "...", "desktop": [{"updated": "2026-11-01T09:00:00Z"}], "web": [], "mobile": []}
  POST   /simulator/cursors/reset     {"of": "audit" | "devices"}      both without; the next call with one gets "reset"

Move time
  POST   /simulator/clock             {"advanceMs": 604800000}         seven days later

Take access away
  POST   /simulator/access/remove-app            {}                    an admin removed the app
  POST   /simulator/access/revoke-refresh-tokens {}
  POST   /simulator/access/expire-access-tokens  {}
  POST   /simulator/access/drop-scope            {"scope": "members.write"}
  POST   /simulator/jobs/forget                  {}                    async job ids become unknown

Make trouble
  GET    /simulator/faults
  POST   /simulator/faults            {"route": "team/members/add_v2", "count": 1, "fault": {"kind": "reset", "moment": "after"}}
  DELETE /simulator/faults            all; or /simulator/faults/<id>
         route: a name below /2/, "oauth2/token", "team/members/*" or "*"
         count, nth, probability, mentions (a text in the body, such as an address) narrow it down
         fault: {"kind": "rate_limited", "retryAfterSeconds": 30, "hint": "both" | "header" | "body" | "none", "text": false}
                {"kind": "server_error", "status": 503, "moment": "before" | "after"}
                {"kind": "hang", "moment": ...}   {"kind": "reset", "moment": ...}   {"kind": "html", "moment": ...}
                {"kind": "slow", "durationMs": 5000}   {"kind": "delay", "delayMs": 5000}
                {"kind": "truncated", "cut": false}   {"kind": "redirect", "location": "/login"}
                {"kind": "unknown_tag", "in": "error" | "result" | "status"}
                {"kind": "refused", "error": {".tag": "user_not_found"}}
                {"kind": "denied", "status": 401 | 403, "error": {".tag": "route_access_denied"}}
                {"kind": "answer", "status": 418, "body": "...", "contentType": "text/plain"}
                {"kind": "empty_listing"}  {"kind": "empty_page"}  {"kind": "repeated_page"}  {"kind": "invalid_cursor"}
                {"kind": "job", "outcome": "complete" | "failed" | "internal_error" | "internal_error_after_effect" | "never_ends"}
  An address whose local part is, or begins with, an outcome of add_v2 and a dot gets that outcome:
         user_on_another_team.ada@corp.example

Settings
  GET    /simulator/settings
  PATCH  /simulator/settings          {"asyncProbability": 1, "jobDurationMs": 5000, "latencyMs": 50}
         audit log: generatedEvents, generatedEventsPerMemberDay, unknownEventTypeShare, auditDelayMs, auditShuffled,
         auditEmptyPageProbability, auditPageMaximum, auditCursorLifetimeMs, auditRetentionDays, hasTeamFileEvents
         devices: generatedDevices, devicePageMaximum; seats: reportedUsedLicences, reportedProvisionedUsers, usedLicencesAbsent
`;
