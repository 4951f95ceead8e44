import { createHash } from 'node:crypto';
import { AuditLog } from './audit/audit-log.ts';
import { GeneratedLog } from './audit/generated-log.ts';
import { MemberIds } from './members/member-ids.ts';
import { Population } from './members/population.ts';
import { Roster } from './members/roster.ts';
import type { SimulatedTeamOptions } from './options.ts';
import type { SeededRandom } from './random.ts';
import type { Seal } from './seal.ts';
import type { SimulatorSettings } from './settings.ts';

export interface Team {
  readonly index: number;
  /** `dbtid:…` */
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly roster: Roster;
  readonly everyoneGroupId: string;
  /** Members the team began with; the others came later. */
  readonly startSize: number;
  readonly audit: AuditLog;
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
  seal,
  random,
  settings,
}: {
  index: number;
  options: SimulatedTeamOptions;
  seed: number;
  epochMs: number;
  nowMs: () => number;
  recoverWindowMs: number;
  externalIdShare: number;
  seal: Seal;
  random: SeededRandom;
  settings: () => SimulatorSettings;
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
  const roster = new Roster({ population, ids, nowMs, recoverWindowMs });
  const generated = new GeneratedLog({ seed, teamIndex: index, size: options.size, epochMs, roster });
  return {
    index,
    id: `dbtid:AA${digest.toString('base64url').slice(0, 34)}`,
    name: options.name,
    domain: options.domain,
    roster,
    everyoneGroupId: `g:${digest.toString('hex').slice(0, 32)}`,
    startSize: options.size,
    audit: new AuditLog({ team: index, generated, seal, random, nowMs, settings }),
    licences: options.licences,
  };
}

/** Seats in use. Suspended members keep theirs, unless the setting follows the specification's narrower words. */
export function provisionedSeats({ team, settings }: { team: Team; settings: SimulatorSettings }): number {
  const { active, invited, suspended } = team.roster.headcount;
  return active + invited + (settings.provisionedIncludesSuspended ? suspended : 0);
}
