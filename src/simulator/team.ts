import { createHash } from 'node:crypto';
import { MemberIds } from './members/member-ids.ts';
import { Population } from './members/population.ts';
import { Roster } from './members/roster.ts';
import type { SimulatedTeamOptions } from './options.ts';
import type { SimulatorSettings } from './settings.ts';

export interface Team {
  readonly index: number;
  /** `dbtid:…` */
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly roster: Roster;
  readonly everyoneGroupId: string;
  licences: number;
}

export function createTeam({
  index,
  options,
  seed,
  epochMs,
  nowMs,
  recoverWindowMs,
  externalIdShare,
}: {
  index: number;
  options: SimulatedTeamOptions;
  seed: number;
  epochMs: number;
  nowMs: () => number;
  recoverWindowMs: number;
  externalIdShare: number;
}): Team {
  const ids = new MemberIds(`${seed}/${index}`);
  const digest = createHash('sha256').update(`team/${seed}/${index}`).digest();
  const population = new Population({
    seed,
    teamIndex: index,
    domain: options.domain,
    size: options.size,
    ids,
    epochMs,
    recoverWindowMs,
    externalIdShare,
  });
  return {
    index,
    id: `dbtid:AA${digest.toString('base64url').slice(0, 34)}`,
    name: options.name,
    domain: options.domain,
    roster: new Roster({ population, ids, nowMs, recoverWindowMs }),
    everyoneGroupId: `g:${digest.toString('hex').slice(0, 32)}`,
    licences: options.licences,
  };
}

/** Seats in use. Suspended members keep theirs, unless the setting follows the specification's narrower words. */
export function provisionedSeats({ team, settings }: { team: Team; settings: SimulatorSettings }): number {
  const { active, invited, suspended } = team.roster.headcount;
  return active + invited + (settings.provisionedIncludesSuspended ? suspended : 0);
}
