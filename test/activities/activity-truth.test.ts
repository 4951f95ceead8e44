import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import { sql } from 'drizzle-orm';
import { findLicences } from '../../src/read-model/licences.ts';
import { listMembers, type Member } from '../../src/read-model/members.ts';
import type { EventInput } from '../../src/simulator/controls/event-input.ts';
import { type SyncedTeam, withSyncedTeam } from './synced-team.ts';

/**
 * Members, last activity and licences of a whole team, worked out here from what was put into the simulator, against what
 * Seatkeeper says after a sync through every fault. Shares no rule with the product: each event is made to count or not.
 */
const MEMBERS = 5_000;
const EVENTS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const THRESHOLD_MS = 60 * DAY_MS;

type Row = { id: string; email: string; status: string; joinedMs: number | null };
type Truth = Map<string, { ms: number; source: string }>;

/** Of each two: what a person does, and what is done about or around them. */
const COUNTS: Partial<EventInput>[] = [
  { type: 'login_success' },
  { type: 'file_edit', accessMethod: 'desktop' },
  { type: 'file_preview', accessMethod: 'mobile' },
  { type: 'shared_link_create' },
  { type: 'file_add_comment' },
  { type: 'paper_doc_edit' },
  { type: 'showcase_view' },
  { type: 'sign_signature_request_sent' },
  { type: 'device_link_success', accessMethod: 'desktop' },
  { type: 'password_change' },
  { type: 'tfa_add_backup_phone' },
  { type: 'file_delete', actor: 'admin', accessMethod: 'content_manager' },
  { type: 'login_success', actor: 'admin', accessMethod: 'admin_console' },
];
const COUNTS_NOT: Partial<EventInput>[] = [
  { type: 'login_fail' },
  { type: 'device_change_ip_desktop', accessMethod: 'desktop' },
  { type: 'emm_refresh_auth_token', accessMethod: 'mobile' },
  { type: 'file_edit', accessMethod: 'sign_in_as', actor: 'admin' },
  { type: 'file_edit', actor: 'user', accessMethod: 'sign_in_as' },
  { type: 'file_add', actor: 'app' },
  { type: 'file_add', actor: 'user', accessMethod: 'api' },
  { type: 'shared_link_view', actor: 'anonymous' },
  { type: 'member_change_status', actor: 'admin', accessMethod: 'admin_console' },
  { type: 'shared_link_change_visibility', actor: 'dropbox' },
  { type: 'hologram_viewed', category: 'holograms' },
];

/** The same numbers every time. */
function lots(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The team as the simulator's own HTTP says, without our client. */
async function rosterOf({ simulator, accessToken }: SyncedTeam): Promise<Row[]> {
  const rows: Row[] = [];
  const ask = async (route: string, body: object) => {
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
    const answer = await fetch(`${simulator.origin}/2/${route}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    type Profile = { team_member_id: string; email: string; status: { '.tag': string }; joined_on?: string };
    return (await answer.json()) as { members: { profile: Profile }[]; cursor: string; has_more: boolean };
  };
  let page = await ask('team/members/list_v2', { include_removed: true });
  for (;;) {
    for (const { profile } of page.members) {
      const joinedMs = profile.joined_on === undefined ? null : Date.parse(profile.joined_on);
      rows.push({
        id: profile.team_member_id,
        email: profile.email,
        status: profile.status['.tag'],
        joinedMs,
      });
    }
    if (!page.has_more) return rows;
    page = await ask('team/members/list/continue_v2', { cursor: page.cursor });
  }
}

const second = (ms: number) => Math.floor(ms / 1000) * 1000;

function believe(truth: Truth, id: string, sign: { ms: number; source: string }): void {
  const known = truth.get(id);
  if (known === undefined || sign.ms > known.ms) truth.set(id, sign);
}

/** A third of the team stopped long ago, before the log is read or before the threshold; the rest go on. */
function writeHistory({ team, people, nowMs }: { team: SyncedTeam; people: Row[]; nowMs: number }): Truth {
  const lot = lots(7);
  const truth: Truth = new Map();
  const events: EventInput[] = [];
  // Nothing happens so near to the threshold that the minutes of the test decide.
  const margin = 12 * HOUR_MS;
  for (let i = 0; i < EVENTS; i += 1) {
    const at = Math.floor(lot() * people.length);
    const person = people[at];
    assert.ok(person);
    const stopped = at % 3 === 0;
    const counts = lot() < 0.5 || stopped ? !stopped || lot() < 0.05 : false;
    const kinds = counts ? COUNTS : COUNTS_NOT;
    const kind = kinds[Math.floor(lot() * kinds.length)];
    const oldest = 60.9 * DAY_MS;
    const youngest = stopped && counts ? THRESHOLD_MS + margin : 30 * HOUR_MS;
    const ms = second(nowMs - (youngest + lot() * (oldest - youngest)));
    events.push({ ...kind, type: kind?.type ?? '', teamMemberId: person.id, at: ms });
    if (counts) believe(truth, person.id, { ms, source: `audit_log/${kind?.type}` });
  }
  // As in the log of Dropbox, in no order.
  for (let i = events.length - 1; i > 0; i -= 1) {
    const other = Math.floor(lot() * (i + 1));
    [events[i], events[other]] = [events[other] as EventInput, events[i] as EventInput];
  }
  team.simulator.activity.addEvents({ events });
  return truth;
}

/** Some say when a device was last used, later than the log does, or earlier. */
function writeDevices({
  team,
  people,
  truth,
  nowMs,
}: {
  team: SyncedTeam;
  people: Row[];
  truth: Truth;
  nowMs: number;
}) {
  const lot = lots(11);
  for (let at = 0; at < people.length; at += 10) {
    const person = people[at];
    assert.ok(person);
    const ms = second(nowMs - (2 + lot() * 50) * DAY_MS);
    team.simulator.activity.setDevices({ email: person.email, mobile: [{ updated: ms }, { updated: null }] });
    believe(truth, person.id, { ms, source: 'device_session/mobile' });
  }
}

/** Every twentieth comes late: it happened before the first sync and is seen after it. */
function writeLateEvents({ team, people, truth }: { team: SyncedTeam; people: Row[]; truth: Truth }): void {
  const nowMs = team.simulator.nowMs();
  const visibleAt = new Date(nowMs + HOUR_MS).toISOString();
  const late = people.filter((_, at) => at % 20 === 1);
  const ms = second(nowMs - 21 * HOUR_MS);
  team.simulator.activity.addEvents({
    events: late.map(({ id }) => ({ type: 'file_move', teamMemberId: id, at: ms, visibleAt })),
  });
  for (const { id } of late) believe(truth, id, { ms, source: 'audit_log/file_move' });
}

function spoilEverything({ simulator }: SyncedTeam): void {
  const routes = [
    'team/members/list_v2',
    'team/members/list/continue_v2',
    'team_log/get_events',
    'team_log/get_events/continue',
    'team/features/get_values',
    'team/devices/list_members_devices',
    'team/get_info',
  ];
  for (const route of routes) {
    const first = { route, count: 1 };
    simulator.faults.add({ ...first, fault: { kind: 'rate_limited', retryAfterSeconds: 1 } });
    simulator.faults.add({ ...first, fault: { kind: 'server_error', status: 500 } });
    simulator.faults.add({ ...first, fault: { kind: 'truncated' } });
    simulator.faults.add({ ...first, fault: { kind: 'html' } });
    simulator.faults.add({ ...first, fault: { kind: 'truncated', cut: true } });
  }
  for (const route of ['team_log/get_events/continue', 'team/members/list/continue_v2']) {
    for (const kind of ['empty_page', 'repeated_page'] as const) {
      simulator.faults.add({ route, fault: { kind }, probability: 0.06 });
    }
    simulator.faults.add({ route, fault: { kind: 'html' }, probability: 0.04 });
    simulator.faults.add({ route, fault: { kind: 'reset' }, probability: 0.04 });
    simulator.faults.add({ route, fault: { kind: 'rate_limited' }, probability: 0.04 });
  }
  simulator.faults.add({ route: 'team_log/get_events/continue', fault: { kind: 'invalid_cursor' }, nth: 31 });
}

/** As Temporal does it, without the waits between two tries. */
async function stubbornly<T>(team: SyncedTeam, activity: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await team.attempt(activity);
    } catch (error) {
      if (tries === 200 || (error instanceof ApplicationFailure && error.nonRetryable === true)) throw error;
    }
  }
}

async function syncStubbornly(team: SyncedTeam): Promise<{ events: number }> {
  const { activities } = team;
  const syncId = await team.begin();
  await stubbornly(team, () => activities.listMembers({ syncId }));
  const { problem, ...log } = await stubbornly(team, () => activities.readActivity({ syncId }));
  assert.equal(problem, undefined);
  const devices = await stubbornly(team, () => activities.readDevices({ syncId }));
  assert.ok(await stubbornly(team, () => activities.countLicences({ syncId })));
  const compared = await stubbornly(team, () => activities.compareMembers({ syncId }));
  if (compared.missing > 0) await stubbornly(team, () => activities.confirmMissing({ syncId }));
  await activities.finishSync({ syncId, report: { ...compared, ...log, ...devices } });
  return { events: log.events };
}

async function everybody({ db, connectionId }: SyncedTeam): Promise<Map<string, Member>> {
  const found = new Map<string, Member>();
  for (const filter of [{}, { status: 'removed' as const }]) {
    let cursor: string | undefined;
    do {
      const page = await listMembers({ db, connectionId, filter, cursor, limit: 1_000 });
      for (const member of page.items) found.set(member.teamMemberId, member);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }
  return found;
}

/** Compares everybody with the truth. @returns how many are dormant */
async function assertTrue({
  team,
  people,
  truth,
}: {
  team: SyncedTeam;
  people: Row[];
  truth: Truth;
}): Promise<number> {
  const said = await everybody(team);
  assert.equal(said.size, people.length);
  const sinceMs = team.simulator.nowMs() - THRESHOLD_MS;
  const wrong: string[] = [];
  let dormant = 0;
  for (const { id, status, joinedMs } of people) {
    const last = truth.get(id);
    const newest = Math.max(last?.ms ?? 0, joinedMs ?? 0);
    const isDormant = status === 'active' ? newest < sinceMs : null;
    if (isDormant) dormant += 1;
    const wanted = [status, last?.ms ?? null, last?.source ?? null, isDormant];
    const member = said.get(id);
    const at = member?.lastActivityAt ? Date.parse(member.lastActivityAt) : null;
    const found = [member?.status, at, member?.lastActivitySource ?? null, member?.dormant];
    if (JSON.stringify(found) !== JSON.stringify(wanted)) wrong.push(`${id}: ${found} instead of ${wanted}`);
  }
  assert.equal(wrong.length, 0, `${wrong.length} members: ${wrong.slice(0, 5).join('; ')}`);
  return dormant;
}

describe('what Seatkeeper says of a whole team after a sync through every fault', function () {
  this.timeout(240_000);

  it('is the truth: members, last activity, who is dormant, licences', () => {
    const settings = {
      generatedEvents: false,
      generatedDevices: false,
      auditShuffled: true,
      auditPageMaximum: 700,
      auditEmptyPageProbability: 0.05,
      devicePageMaximum: 400,
    };
    let pages = 0;
    let team: SyncedTeam | undefined;
    return withSyncedTeam(
      {
        teamSize: MEMBERS,
        licences: 5_600,
        pageSize: 400,
        settings,
        wrapClient: (client) => ({
          ...client,
          auditEvents: (input) => {
            pages += 1;
            if (pages === 50) team?.simulator.activity.resetCursors({ of: 'audit' });
            return client.auditEvents(input);
          },
        }),
      },
      async (synced) => {
        team = synced;
        const { simulator } = synced;
        simulator.activity.clearEvents();
        const people = await rosterOf(synced);
        const nowMs = simulator.nowMs();
        const truth = writeHistory({ team: synced, people, nowMs });
        writeDevices({ team: synced, people, truth, nowMs });

        spoilEverything(synced);
        const first = await syncStubbornly(synced);
        assert.ok(first.events >= EVENTS);
        assert.ok(pages > 50 && synced.events.includes('reading of the audit log began again'));
        assert.ok((await assertTrue({ team: synced, people, truth })) > 500);

        writeLateEvents({ team: synced, people, truth });
        simulator.advanceClock(6 * HOUR_MS);
        const second = await syncStubbornly(synced);
        assert.ok(second.events < EVENTS / 10, `${second.events} events were read again`);
        const dormant = await assertTrue({ team: synced, people, truth });

        const count = (...wanted: string[]) => people.filter(({ status }) => wanted.includes(status)).length;
        const { db, connectionId } = synced;
        const licences = await findLicences({ db, connectionId, now: new Date(simulator.nowMs()) });
        const used = count('active', 'invited', 'suspended');
        const { purchased, provisioned, available, wasted } = licences;
        assert.deepEqual(
          { purchased, provisioned, used: licences.used, available, wasted },
          {
            purchased: 5_600,
            provisioned: used,
            used,
            available: 5_600 - used,
            wasted: count('suspended') + dormant,
          },
        );
        const { rows } =
          await db.execute(sql`select suspended, dormant, purchased, used from licence_snapshots
          order by date desc limit 1`);
        assert.deepEqual(rows, [{ suspended: count('suspended'), dormant, purchased: 5_600, used }]);
      },
    );
  });
});
