import { dropboxTimestamp } from '../clock.ts';
import type { Member } from '../members/member.ts';
import { type MemberInfo, memberInfo } from '../members/member-info.ts';
import type { Headcount } from '../members/roster.ts';
import { provisionedSeats, type Team } from '../team.ts';
import type { World } from '../world.ts';

export interface TeamOverview {
  index: number;
  id: string;
  name: string;
  domain: string;
  /** Records, removed ones included. */
  size: number;
  licences: number;
  provisioned: number;
  headcount: Headcount;
  everyoneGroupId: string;
  /** Events added by hand, or left by changes; the members' own come on top. */
  auditEventsRecorded: number;
  admin: { teamMemberId: string; email: string } | null;
}

export function teamOverview({ world, team }: { world: World; team: Team }): TeamOverview {
  const admin = team.roster.connectingAdmin();
  return {
    index: team.index,
    id: team.id,
    name: team.name,
    domain: team.domain,
    size: team.roster.size,
    licences: team.licences,
    provisioned: provisionedSeats({ team, settings: world.settings }),
    headcount: { ...team.roster.headcount },
    everyoneGroupId: team.everyoneGroupId,
    auditEventsRecorded: team.audit.stored.size,
    admin: admin === undefined ? null : { teamMemberId: admin.teamMemberId, email: admin.email },
  };
}

/** A member as the API would show it now. */
export const memberView = ({
  world,
  team,
  member,
}: {
  world: World;
  team: Team;
  member: Member;
}): MemberInfo =>
  memberInfo({
    member,
    beholder: {
      team,
      settings: world.settings,
      nowMs: world.clock.nowMs(),
      recoverWindowMs: world.options.recoverWindowMs,
    },
  });

/** Members from the end of the list, newest first, of one state if given. */
export function latestMembers({
  world,
  team,
  status,
  limit,
}: {
  world: World;
  team: Team;
  status: string | undefined;
  limit: number;
}): MemberInfo[] {
  const found: MemberInfo[] = [];
  for (let index = team.roster.size - 1; index >= 0 && found.length < limit; index -= 1) {
    const member = team.roster.at(index);
    if (status === undefined || member.status.kind === status)
      found.push(memberView({ world, team, member }));
  }
  return found;
}

/** Everything a person may want to see at once; no secret and no token in it. */
export function stateView(world: World): Record<string, unknown> {
  return {
    now: dropboxTimestamp(world.clock.nowMs()),
    clockOffsetMs: world.clock.offsetMs,
    teams: world.teams.map((team) => teamOverview({ world, team })),
    settings: world.settings,
    faults: world.faults.list(),
    jobs: [...world.jobs.all()].slice(-100).map(({ id, route, done, outcome, dueAtMs }) => ({
      id,
      route,
      done,
      outcome,
      dueAt: dropboxTimestamp(dueAtMs),
    })),
    grants: [...world.grants.all()].map(({ id, team, scopes, offline, revoked, refreshRevoked }) => ({
      id,
      team,
      scopes,
      offline,
      revoked,
      refreshRevoked,
    })),
    ledgerPosition: world.ledger.position,
  };
}
