/**
 * The table of refusals, played against the simulator: one seat a row, all at once. Each says what the row says, and
 * then asks nothing more of Dropbox.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { connections } from '../../drizzle/schema.ts';
import { retrySeat } from '../../src/commands/decisions.ts';
import type { AttentionCode } from '../../src/domain/seat.ts';
import { seatView } from '../../src/read-model/seat-view.ts';
import type { Fault, FaultRule } from '../../src/simulator/faults.ts';
import type { Seat } from '../../src/store/seats/seat-case.ts';
import { fact, joiner, leaver, type Rig, startRig } from '../support/rig.ts';
import { AT_REST, INVENTED, JOB_ROUTES, JOB_TAGS, ROWS, type Row, type SeatRoute } from './refusal-table.ts';

/** A minute of patience for a machine that is busy; the rows take a few seconds. */
const WITHIN_MS = 50_000;
const QUIET_MS = 2_500;

const emailOf = (id: string): string => `${id.toLowerCase()}@corp.example`;
const stopped = (seat: Seat): boolean => seat.attention !== null || seat.waiting !== null;

/** A seat of the table: where it is before the refused step, and the fact that leads to that step. */
type Played = { id: string; route: SeatRoute; fault: Fault };

const refusedWith = ({ route, tag, id }: { route: string; tag: string; id: string }): Fault =>
  route === 'team/members/add_v2'
    ? {
        kind: 'answer',
        status: 200,
        body: JSON.stringify({
          '.tag': 'complete',
          complete: [{ '.tag': tag, ...(tag === 'other' ? {} : { [tag]: emailOf(id) }) }],
        }),
      }
    : { kind: 'refused', error: { '.tag': tag } };

const INVALID: Fault = {
  kind: 'answer',
  status: 400,
  contentType: 'text/plain; charset=utf-8',
  body: 'Error in call to API function: request body: did not match',
};
const nothing = (body: string): Fault => ({ kind: 'answer', status: 200, body });
const failing = (outcome: 'failed' | 'internal_error'): Fault => ({ kind: 'job', outcome, durationMs: 100 });
const ROUTES = Object.keys(AT_REST) as SeatRoute[];

const TABLE = ROWS.map((row, i): Played & { row: Row } => {
  const id = `T${i}`;
  return { id, row, route: row.route, fault: refusedWith({ ...row, id }) };
});
const REJECTED = ROUTES.map((route, i): Played => ({ id: `B${i}`, route, fault: INVALID }));
/** Dropbox says that it is done, and nothing has changed. */
const WITHOUT_EFFECT: Played[] = [
  { id: 'N0', route: 'team/members/add_v2', fault: nothing('{".tag":"complete","complete":[]}') },
  { id: 'N1', route: 'team/members/recover', fault: nothing('null') },
  { id: 'N2', route: 'team/members/suspend', fault: nothing('null') },
  { id: 'N3', route: 'team/members/unsuspend', fault: nothing('null') },
  { id: 'N4', route: 'team/members/remove', fault: nothing('{".tag":"complete"}') },
];
const FAILING_JOBS: Played[] = [
  { id: 'J0', route: 'team/members/add_v2', fault: failing('failed') },
  { id: 'J1', route: 'team/members/add_v2', fault: failing('internal_error') },
  { id: 'J2', route: 'team/members/remove', fault: failing('internal_error') },
];
const PLAYED = [...TABLE, ...REJECTED, ...WITHOUT_EFFECT, ...FAILING_JOBS];

describe('what a seat does about a refusal', () => {
  let rig: Rig;
  let callsOf: (one: Played) => number;
  let afterwards: string[];
  before(async function () {
    this.timeout(2 * WITHIN_MS);
    rig = await startRig({ emailHoldMs: 600_000, team: { licences: 500 } });
    await rig.settings({ suspend: { enabled: true, wipe: false } });
    await play(PLAYED);
    // Whatever does not stop is told by its own row.
    await Promise.allSettled(PLAYED.map(({ id }) => rig.until(id, stopped, WITHIN_MS)));
    afterwards = await callsDuring(QUIET_MS);
    callsOf = callsAbout(PLAYED);
  });
  after(() => rig.stop());

  const memberId = (id: string): string => {
    const member = rig.simulator.member({ externalId: id }) ?? rig.simulator.member({ email: emailOf(id) });
    assert.ok(member, id);
    return member.profile.team_member_id;
  };
  const strike = ({ id, route, fault, count }: Played & { count?: number }): void => {
    const rule: Pick<FaultRule, 'mentions'> =
      route === 'team/members/add_v2'
        ? { mentions: emailOf(id) }
        : {
            mentions:
              route === 'team/members/get_info_v2' || route.includes('set_profile') ? id : memberId(id),
          };
    rig.simulator.faults.add({ route, fault, ...rule, ...(count === undefined ? {} : { count }) });
  };
  const all = async (played: Played[], wanted: (seat: Seat) => boolean): Promise<void> => {
    await Promise.all(played.map(({ id }) => rig.until(id, wanted, WITHIN_MS)));
  };

  /** Brings every seat to where its refused step begins, lays the fault in its way, and sends the fact. */
  async function play(played: Played[]): Promise<void> {
    const of = (...routes: SeatRoute[]): Played[] => played.filter(({ route }) => routes.includes(route));
    const there = of(
      'team/members/recover',
      'team/members/suspend',
      'team/members/unsuspend',
      'team/members/remove',
    );
    if (there.length > 0) await rig.send(...there.map(({ id }) => joiner(id)));
    await all(there, ({ state }) => state === 'invited');
    const active = there.filter(({ route }) => route !== 'team/members/remove');
    for (const { id } of active) rig.simulator.byHand.accept({ externalId: id });
    const former = of('team/members/recover');
    const suspended = of('team/members/unsuspend');
    const before = [
      ...former.map(({ id }) => leaver(id)),
      ...suspended.map(({ id }) => fact('suspension', id)),
    ];
    if (before.length > 0) await rig.send(...before);
    await all(former, ({ state }) => state === 'held');
    await all(suspended, ({ state }) => state === 'suspended');
    for (const { id } of of('team/members/set_profile_v2')) rig.simulator.byHand.add({ email: emailOf(id) });
    for (const one of played) strike(one);
    await rig.send(...played.map(({ id, route }) => step(route, id)));
  }

  const step = (route: SeatRoute, id: string) => {
    switch (route) {
      case 'team/members/add_v2':
      case 'team/members/set_profile_v2':
      case 'team/members/recover':
      case 'team/members/get_info_v2':
        return joiner(id);
      case 'team/members/suspend':
        return fact('suspension', id);
      case 'team/members/unsuspend':
        return fact('reinstatement', id);
      case 'team/members/remove':
        return leaver(id);
      default:
        return route satisfies never;
    }
  };

  /** How often the refused route was called about each seat, counted once, before anything else happens. */
  function callsAbout(played: Played[]): (one: Played) => number {
    const counts = new Map(
      played.map(({ id, route }) => {
        const member =
          rig.simulator.member({ externalId: id }) ?? rig.simulator.member({ email: emailOf(id) });
        const names = [id, emailOf(id), member?.profile.team_member_id ?? id].map((name) =>
          JSON.stringify(name),
        );
        const about = rig.simulator.ledger.calls({ route }).filter(({ body }) => {
          const text = JSON.stringify(body);
          return names.some((name) => text.includes(name));
        });
        return [id, about.length];
      }),
    );
    return ({ id }) => counts.get(id) ?? 0;
  }

  /** What an operator reads, as the API gives it. */
  const read = async (seat: Seat): Promise<{ message: string; nextStep: string; refusal?: string }> => {
    const links = { uiUrl: 'http://127.0.0.1', namespace: 'default' };
    const shown = seatView({
      seat: { ...seat, slug: rig.slug, workflowId: 'w', place: null },
      links,
      now: new Date(),
    });
    assert.ok(shown.attention);
    return shown.attention;
  };

  const asksFor = async (
    { id, route }: Pick<Played, 'id' | 'route'>,
    { asks, reads, tag }: { asks: AttentionCode; reads: RegExp; tag?: string },
  ): Promise<Seat> => {
    const seat = await rig.seat(id);
    const where = `${route} ${tag ?? asks}`;
    assert.equal(seat.attention?.code, asks, where);
    const { message, nextStep, refusal } = await read(seat);
    assert.match(message, reads, where);
    assert.ok(nextStep.length > 20, where);
    if (tag !== undefined) assert.equal(refusal, tag, where);
    return seat;
  };

  const callsDuring = async (ms: number): Promise<string[]> => {
    const since = rig.simulator.ledger.position;
    await sleep(ms);
    return rig.simulator.ledger.calls({ since }).map(({ route }) => route);
  };

  for (const { row, ...one } of TABLE) {
    const { ends, tag } = row;
    const what = 'asks' in ends ? `to ask a person (${ends.asks})` : `to wait (${ends.waits})`;
    it(`is ${what} after ${row.route} ${tag}`, async () => {
      const seat = 'asks' in ends ? await asksFor(one, { ...ends, tag }) : await rig.seat(one.id);
      assert.equal(seat.state, ends.state);
      assert.equal(callsOf(one), row.calls);
      if ('asks' in ends) return;
      assert.deepEqual([seat.attention, seat.waiting?.kind], [null, ends.waits]);
      const lookAgainMs = Date.parse(seat.waiting?.lookAgainAt ?? '') - Date.parse(seat.waiting?.since ?? '');
      assert.ok(lookAgainMs >= 59_000, `looks again after ${lookAgainMs} ms`);
    });
  }
  for (const one of REJECTED) {
    it(`is to ask a person when ${one.route} takes the request for none`, async () => {
      await asksFor(one, { asks: 'request_rejected', reads: /valid/, tag: 'dropbox_rejected_request' });
      assert.equal(callsOf(one), 1);
    });
  }
  for (const one of WITHOUT_EFFECT) {
    it(`is to ask a person when ${one.route} has no effect, five rounds long`, async () => {
      const seat = await asksFor(one, { asks: 'contradiction', reads: /do not fit together/ });
      assert.ok(callsOf(one) >= 5 && callsOf(one) <= 15, `${callsOf(one)} calls`);
      assert.equal(seat.state, AT_REST[one.route]);
    });
  }
  for (const one of FAILING_JOBS) {
    it(`is to ask a person when the third job of ${one.route} fails (${one.id})`, async () => {
      const seat = await asksFor(one, { asks: 'job_failed', reads: /background job several times/ });
      assert.equal(callsOf(one), 3);
      assert.equal(seat.state, AT_REST[one.route]);
    });
  }

  it('is to ask nothing more of Dropbox', () => assert.deepEqual(afterwards, []));

  it('goes on once the cause is gone and somebody asks for it', async () => {
    rig.simulator.faults.clear();
    const { db, connectionId } = rig;
    const again = TABLE.filter(({ row }) => row.tag === 'other' || row.tag === 'user_not_in_team');
    const asking = [...again.filter(({ row }) => 'asks' in row.ends), ...WITHOUT_EFFECT, ...FAILING_JOBS];
    for (const { id } of asking) await retrySeat({ db, connectionId, personId: id, actor: 'test' });
    await all(asking, (seat) => !stopped(seat));
  });

  it('is to look when a job is refused, whatever the tag', async () => {
    const adds = JOB_TAGS.map((_, i): Played => job({ id: `K${i}`, route: 'team/members/add_v2' }));
    const removals = JOB_TAGS.map((_, i): Played => job({ id: `L${i}`, route: 'team/members/remove' }));
    for (const route of JOB_ROUTES) refuseJobs(route);
    await play([...adds, ...removals].map((one) => ({ ...one, count: 1 })));
    await all(adds, ({ state }) => state === 'invited');
    await all(removals, ({ state }) => state === 'held');
    for (const { id } of adds) assert.deepEqual(rig.effectsOf(id), ['add']);
    for (const { id } of removals) assert.deepEqual(rig.effectsOf(id), ['add', 'remove']);
  });

  const job = ({ id, route }: Pick<Played, 'id' | 'route'>): Played => ({
    id,
    route,
    fault: { kind: 'job', outcome: 'complete', durationMs: 100 },
  });

  /** Every job of this route gets one of the tags, in turn. */
  function refuseJobs(route: string): void {
    const tagOf = new Map<string, string>();
    for (const tag of JOB_TAGS) {
      const matches = (body: unknown): boolean => {
        const id = JSON.stringify(body);
        if (!tagOf.has(id)) tagOf.set(id, JOB_TAGS[tagOf.size % JOB_TAGS.length] ?? INVENTED);
        return tagOf.get(id) === tag;
      };
      rig.simulator.faults.add({ route, fault: { kind: 'refused', error: { '.tag': tag } }, matches });
    }
  }

  it('is to take whoever was quicker at their word, and to invite anew whom Dropbox cannot recover', async () => {
    const tags = ['user_unrecoverable', 'user_not_found', 'user_not_in_team'];
    const gone = tags.map((_, i) => `G${i}`);
    const quicker = tags.map((_, i) => `Q${i}`);
    const ids = [...gone, ...quicker];
    await rig.send(...ids.map((id) => joiner(id)));
    for (const id of ids) await rig.until(id, ({ state }) => state === 'invited', WITHIN_MS);
    for (const id of ids) rig.simulator.byHand.accept({ externalId: id });
    await rig.send(...ids.map((id) => leaver(id)));
    for (const id of ids) await rig.until(id, ({ state }) => state === 'held', WITHIN_MS);
    const { byHand } = rig.simulator;
    for (const [i, tag] of tags.entries()) {
      const meanwhile = (id: string, happens: () => void): void => {
        const account = memberId(id);
        const matches = (body: unknown): boolean => {
          if (!JSON.stringify(body).includes(account)) return false;
          happens();
          return true;
        };
        const fault = { kind: 'refused', error: { '.tag': tag } } as const;
        rig.simulator.faults.add({ route: 'team/members/recover', fault, matches, count: 1 });
      };
      const [lost, back] = [`G${i}`, `Q${i}`];
      meanwhile(lost, () => {
        byHand.recover({ externalId: lost });
        byHand.remove({ externalId: lost, keepAccount: true });
      });
      meanwhile(back, () => byHand.recover({ externalId: back }));
    }
    await rig.send(...ids.map((id) => joiner(id)));
    for (const id of gone) {
      const seat = await rig.until(id, ({ state }) => state === 'invited', WITHIN_MS);
      assert.equal(seat.attention, null);
      assert.deepEqual(rig.effectsOf(id), ['add', 'remove', 'add']);
    }
    for (const id of quicker) {
      await rig.until(id, ({ state }) => state === 'active', WITHIN_MS);
      assert.deepEqual(rig.effectsOf(id), ['add', 'remove']);
    }
  });

  it('is to try later, more and more slowly, when an answer can be no refusal', async () => {
    const faults: Fault[] = [
      { kind: 'rate_limited', hint: 'none' },
      { kind: 'rate_limited', text: true, retryAfterSeconds: 1 },
      { kind: 'server_error', status: 503 },
      { kind: 'answer', status: 409, body: 'Conflict', contentType: 'text/plain' },
      { kind: 'html' },
      { kind: 'unknown_tag', in: 'result' },
    ];
    const played = faults.map((fault, i): Played => ({ id: `V${i}`, route: 'team/members/add_v2', fault }));
    for (const one of played) strike({ ...one, count: 3 });
    await rig.send(...played.map(({ id }) => joiner(id)));
    await all(played, ({ state }) => state === 'invited');
    for (const { id, fault } of played) {
      assert.deepEqual(rig.effectsOf(id), ['add'], fault.kind);
      const times = rig.callsAbout(emailOf(id)).filter(({ route }) => route === 'team/members/add_v2');
      const last = times.slice(1).map(({ atMs }, i) => atMs - (times[i]?.atMs ?? 0));
      // Calls that took effect are not repeated; the others come after 0.5, 1 and 2 s or as long as Dropbox asks.
      assert.ok(times.length <= 4, fault.kind);
      for (const [i, gapMs] of last.entries())
        assert.ok(gapMs >= Math.min(450 * 2 ** i, 950), `${fault.kind} ${gapMs}`);
    }
  });

  const denied = (status: 401 | 403, tag: string, more: Record<string, unknown> = {}): Fault => ({
    kind: 'denied',
    status,
    error: { '.tag': tag, ...more },
  });
  const tokens = (error: string): Fault => ({ kind: 'answer', status: 400, body: JSON.stringify({ error }) });
  const BREAKING: [what: string, faults: [route: string, fault: Fault][], code: string][] = [
    ['401 invalid_access_token', [['team/members/*', denied(401, 'invalid_access_token')]], 'grant_revoked'],
    ['401 user_suspended', [['team/members/*', denied(401, 'user_suspended')]], 'access_denied'],
    ['401 route_access_denied', [['team/members/*', denied(401, 'route_access_denied')]], 'access_denied'],
    [
      '401 missing_scope',
      [['team/members/*', denied(401, 'missing_scope', { required_scope: 'members.write' })]],
      'scope_missing',
    ],
    ['403 team_access_denied', [['team/members/*', denied(403, 'team_access_denied')]], 'access_denied'],
    ['403 other', [['team/members/*', denied(403, 'other')]], 'access_denied'],
    [
      'a dead refresh token',
      [
        ['team/members/*', denied(401, 'expired_access_token')],
        ['oauth2/token', tokens('invalid_grant')],
      ],
      'grant_revoked',
    ],
    [
      'a wrong app secret',
      [
        ['team/members/*', denied(401, 'expired_access_token')],
        ['oauth2/token', tokens('invalid_client')],
      ],
      'app_credentials_refused',
    ],
  ];

  it('is to wait for the connection, without calls, when the refusal is not about the seat', async () => {
    for (const [i, [what, faults, code]] of BREAKING.entries()) {
      const id = `C${i}`;
      for (const [route, fault] of faults) rig.simulator.faults.add({ route, fault });
      await rig.send(joiner(id));
      const seat = await rig.until(id, stopped, WITHIN_MS);
      assert.deepEqual(
        [seat.attention, seat.waiting?.kind, seat.state],
        [null, 'connection', 'waiting'],
        what,
      );
      const [connection] = await rig.db
        .select()
        .from(connections)
        .where(eq(connections.id, rig.connectionId));
      assert.deepEqual([connection?.status, connection?.brokenCause?.code], ['broken', code], what);
      assert.ok((connection?.brokenCause?.nextStep ?? '').length > 20, what);
      assert.deepEqual(await callsDuring(300), [], what);
      rig.simulator.faults.clear();
      await rig.reconnect();
      await rig.until(id, ({ state }) => state === 'invited', WITHIN_MS);
      assert.deepEqual(rig.effectsOf(id), ['add'], what);
    }
  });
});
