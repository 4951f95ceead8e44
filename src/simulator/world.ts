import { randomBytes } from 'node:crypto';
import type { AuditEntry } from './audit/entry.ts';
import { entryOfEffect } from './audit/status-changes.ts';
import { SimulatorClock } from './clock.ts';
import { DeviceListing } from './devices/listing.ts';
import type { SetSessions } from './devices/sessions.ts';
import { Faults } from './faults.ts';
import { type Job, Jobs } from './jobs.ts';
import { type CursorKind, Journal, type JournalEntry, type WorldHeader } from './journal.ts';
import { Ledger, type LedgerEffect } from './ledger.ts';
import { Listings } from './members/listing.ts';
import { type Member, situationOf } from './members/member.ts';
import type { Situation } from './members/outcomes.ts';
import { Grants } from './oauth/grants.ts';
import type { ResolvedOptions } from './options.ts';
import { SeededRandom } from './random.ts';
import { Seal } from './seal.ts';
import { DEFAULT_SETTINGS, type SimulatorSettings } from './settings.ts';
import { createTeam, type Team } from './team.ts';

/** The state file belongs to other teams than those asked for. */
class StateFileMismatch extends Error {
  override readonly name = 'StateFileMismatch';
  readonly code = 'simulator_state_mismatch';
}

/** Everything the simulator knows. Whatever changes it goes through here, and so into the journal. */
export class World {
  readonly clock = new SimulatorClock();
  readonly options: ResolvedOptions;
  readonly random: SeededRandom;
  readonly faults: Faults;
  readonly ledger: Ledger;
  readonly seal: Seal;
  readonly teams: readonly Team[];
  readonly grants: Grants;
  readonly jobs: Jobs;
  readonly listings: Listings;
  readonly devices: DeviceListing;
  settings: SimulatorSettings;
  /** What was changed since the start; only this outlives it, so that new defaults come through. */
  private changedSettings: Partial<SimulatorSettings> = {};
  private readonly journal: Journal;
  private readonly header: WorldHeader;

  constructor({
    options,
    performJob,
  }: {
    options: ResolvedOptions;
    performJob: (world: World, job: Job) => unknown;
  }) {
    this.options = options;
    this.settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.journal = new Journal(options.stateFile);
    // The header comes first: what follows in the file is only true for its seed, teams and epoch.
    const kept = this.journal.read();
    this.header = headerFor({ options, kept: kept[0] });
    const nowMs = () => this.clock.nowMs();
    const settings = () => this.settings;
    this.random = new SeededRandom(options.seed);
    this.faults = new Faults(this.random);
    this.seal = new Seal(Buffer.from(this.header.key, 'base64'));
    this.ledger = new Ledger({
      callCapacity: options.ledgerCallCapacity,
      nowMs,
      keep: (change) => this.journal.append(change),
    });
    this.grants = new Grants({
      seal: this.seal,
      nowMs,
      settings,
      keep: (grant) => this.journal.append({ kind: 'grant', grant }),
    });
    this.jobs = new Jobs({
      nowMs,
      settings,
      keep: (job) => this.journal.append({ kind: 'job', job }),
      perform: (job) => performJob(this, job),
    });
    this.listings = new Listings({ seal: this.seal, random: this.random, nowMs, settings });
    this.devices = new DeviceListing({ seal: this.seal, nowMs, settings });
    const { epochMs } = this.header;
    const { seed, recoverWindowMs, externalIdShare } = options;
    this.teams = options.teams.map((team, index) =>
      createTeam({
        index,
        options: team,
        seed,
        epochMs,
        nowMs,
        recoverWindowMs,
        externalIdShare,
        seal: this.seal,
        random: this.random,
        settings,
      }),
    );
    for (const entry of kept) this.restore(entry);
    this.journal.begin(this.entries());
  }

  /** Throws RangeError for an index without a team. */
  team(index: number): Team {
    const team = this.teams[index];
    if (team === undefined) throw new RangeError(`There is no team ${index}.`);
    return team;
  }

  /** Where somebody stands now, which is what the table of outcomes asks. */
  situation(member: Member | undefined): Situation {
    return situationOf({ member, nowMs: this.clock.nowMs(), recoverWindowMs: this.options.recoverWindowMs });
  }

  /** Stored before the call is answered, so that an acknowledged change survives a kill. */
  putMember({ team, member }: { team: Team; member: Member }): void {
    team.roster.put(member);
    this.journal.append({ kind: 'member', team: team.index, member });
  }

  addEffect({
    team,
    member,
    ...effect
  }: Pick<LedgerEffect, 'kind' | 'by' | 'details'> & { team: Team; member?: Member; atMs?: number }): void {
    const { atMs = this.clock.nowMs(), kind, by, details } = effect;
    this.ledger.addEffect({
      atMs,
      kind,
      by,
      team: team.id,
      teamMemberId: member?.teamMemberId ?? null,
      email: member?.email ?? null,
      externalId: member?.externalId ?? null,
      details,
    });
    const entry = entryOfEffect({ effect: { kind, by, details }, member, atMs });
    if (entry !== null) this.recordEvents({ team, entries: [entry] });
  }

  /** Adds events to the audit log. They are dated by their own times and come in now. */
  recordEvents({
    team,
    entries,
  }: {
    team: Team;
    entries: readonly (AuditEntry & { visibleFromMs?: number })[];
  }): void {
    const stored = team.audit.record(entries);
    this.journal.append({ kind: 'audit', team: team.index, entries: stored });
  }

  /** Takes the recorded events out of the log; what the members do by themselves stays. */
  clearEvents(team: Team): void {
    team.audit.stored.clear();
    this.journal.append({ kind: 'audit_cleared', team: team.index });
  }

  /** Every cursor of this kind that was handed out so far is answered with `reset`. */
  resetCursors({ team, of }: { team: Team; of: CursorKind }): void {
    const last = of === 'audit' ? team.audit.generation : this.devices.generation(team.index);
    const entry = { kind: 'cursors_reset', team: team.index, of, generation: last + 1 } as const;
    this.restore(entry);
    this.journal.append(entry);
  }

  /** Gives a member these sessions in place of what he would have. */
  setSessions({ team, sessions }: { team: Team; sessions: SetSessions }): void {
    this.devices.give({ team: team.index, sessions });
    this.journal.append({ kind: 'devices', team: team.index, sessions });
  }

  /** Takes effect with the next call. */
  changeSettings(patch: Partial<SimulatorSettings>): void {
    this.settings = { ...this.settings, ...patch };
    this.changedSettings = { ...this.changedSettings, ...patch };
    this.journal.append({ kind: 'settings', settings: patch });
  }

  /** Negative turns the clock back; what already took place stays. */
  advanceClock(ms: number): void {
    this.clock.advance(ms);
    this.journal.append({ kind: 'clock', offsetMs: this.clock.offsetMs });
    this.jobs.settle();
  }

  /** Fewer seats than members is possible, as after a plan was cut: then nobody can be added. */
  changeLicences({ team, licences }: { team: Team; licences: number }): void {
    team.licences = licences;
    this.journal.append({ kind: 'licences', team: team.index, licences });
    this.addEffect({ team, kind: 'set_licences', by: 'hand', details: { licences } });
  }

  close(): void {
    this.journal.close();
  }

  private restore(entry: JournalEntry): void {
    switch (entry.kind) {
      case 'world':
        return;
      case 'clock':
        this.clock.restore(entry.offsetMs);
        return;
      case 'settings':
        this.settings = { ...this.settings, ...entry.settings };
        this.changedSettings = { ...this.changedSettings, ...entry.settings };
        return;
      case 'licences':
        this.team(entry.team).licences = entry.licences;
        return;
      case 'member':
        this.team(entry.team).roster.put(entry.member);
        return;
      case 'grant':
        this.grants.restore(entry.grant);
        return;
      case 'job':
        this.jobs.restore(entry.job);
        return;
      case 'audit':
        this.team(entry.team).audit.stored.restore(entry.entries);
        return;
      case 'audit_cleared':
        this.team(entry.team).audit.stored.clear();
        return;
      case 'devices':
        this.devices.give(entry);
        return;
      case 'cursors_reset':
        if (entry.of === 'audit') this.team(entry.team).audit.generation = entry.generation;
        else this.devices.resetTo(entry);
        return;
      case 'effect':
      case 'effects_cleared':
        this.ledger.restore(entry);
        return;
    }
  }

  /** The present state as the shortest journal that leads to it. */
  private *entries(): Iterable<JournalEntry> {
    yield { kind: 'world', world: this.header };
    yield { kind: 'clock', offsetMs: this.clock.offsetMs };
    yield { kind: 'settings', settings: this.changedSettings };
    for (const { index, licences, roster } of this.teams) {
      yield { kind: 'licences', team: index, licences };
      for (const member of roster.changedMembers()) yield { kind: 'member', team: index, member };
    }
    for (const { index, audit } of this.teams) {
      yield { kind: 'audit', team: index, entries: audit.stored.all() };
      yield { kind: 'cursors_reset', team: index, of: 'audit', generation: audit.generation };
      const generation = this.devices.generation(index);
      yield { kind: 'cursors_reset', team: index, of: 'devices', generation };
    }
    for (const { team, ...sessions } of this.devices.allGiven()) yield { kind: 'devices', team, sessions };
    for (const grant of this.grants.all()) yield { kind: 'grant', grant };
    for (const job of this.jobs.all()) yield { kind: 'job', job };
    for (const effect of this.ledger.effects()) yield { kind: 'effect', effect };
  }
}

/**
 * The header that was kept, if it is about the same teams; else a new one. The epoch, from which all generated dates are
 * counted, is that of the very first start.
 */
function headerFor({
  options,
  kept,
}: {
  options: ResolvedOptions;
  kept: JournalEntry | undefined;
}): WorldHeader {
  const teams = options.teams.map(({ name, domain, size }) => ({ name, domain, size }));
  if (kept?.kind !== 'world') {
    const key = randomBytes(32).toString('base64');
    return { version: 1, seed: options.seed, teams, epochMs: Math.floor(Date.now() / 1000) * 1000, key };
  }
  const { world } = kept;
  if (world.seed !== options.seed || JSON.stringify(world.teams) !== JSON.stringify(teams)) {
    throw new StateFileMismatch(
      `The simulator's state file ${options.stateFile} belongs to seed ${world.seed} and the teams ` +
        `${world.teams.map(({ name, size }) => `${name} (${size})`).join(', ')}. Start it with these, or delete the file.`,
    );
  }
  return world;
}
