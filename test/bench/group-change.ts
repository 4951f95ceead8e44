/**
 * A group of 1,000 and one of 10,000 are assigned: how long the answer takes, how fast and with how much memory it is
 * worked off, and what other people's events have to wait for meanwhile.
 *
 * `npm run bench group -- [SECONDS] [PEOPLE…]`: watches for that long at most (120), with so many people (1000 10000).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import Table from 'cli-table3';
import { sql } from 'drizzle-orm';
import { type Deployment, SLUG, startDeployment, until } from './deployment.ts';
import { watchMemory } from './memory-watch.ts';

const IDLE_PROBES = 15;
const PROBE_EVERY_MS = 1_000;
const LAST_PROBES_MS = 5_000;
const PEOPLE_PER_POST = 1_000;
/** About what Dropbox takes for a call. */
const LATENCY_MS = 100;

/** `unserved`: how many had not reached Dropbox when nobody watched any more; what they had waited by then counts. */
type Delays = { answersMs: number[]; toDropboxMs: number[]; unserved: number };
type Figures = {
  people: number;
  putGroupMs: number;
  foldMs: number;
  putAssignmentsMs: number;
  putEveryoneMs: number;
  plannedMs: number;
  chunks: number;
  joined: number;
  joinersPerSecond: number;
  api: { firstMib: number; peakMib: number } | undefined;
  worker: { firstMib: number; peakMib: number } | undefined;
  idle: Delays;
  busy: Delays;
};

export async function benchGroupChange(args: string[]): Promise<void> {
  const [seconds = 120, ...sizes] = args.map(Number);
  const figures: Figures[] = [];
  for (const people of sizes.length > 0 ? sizes : [1_000, 10_000]) {
    figures.push(await measure({ people, watchMs: seconds * 1_000 }));
  }
  print(figures);
}

async function measure({ people, watchMs }: { people: number; watchMs: number }): Promise<Figures> {
  const run = await startDeployment({ licences: people + 5_000, latencyMs: LATENCY_MS });
  const { call, db, pids, simulator } = run;
  try {
    const members = Array.from({ length: people }, (_, i) => `B${String(i).padStart(5, '0')}`);
    for (let i = 0; i < people; i += PEOPLE_PER_POST) {
      await call(
        'POST /v1/events',
        members.slice(i, i + PEOPLE_PER_POST).map((id) => joiner({ id })),
      );
    }
    await call('PUT /v1/groups/Others', { members: [] });
    await call(`PUT /v1/connections/${SLUG}/assignments`, { groups: ['Others'] });
    say(`${people} people are known; measuring an idle system`);
    const idle: Delays = { answersMs: [], toDropboxMs: [], unserved: 0 };
    for (let i = 0; i < IDLE_PROBES; i += 1) {
      await Promise.all([
        probe({ run, id: `I${i}`, delays: idle, untilMs: () => Number.POSITIVE_INFINITY }),
        sleep(PROBE_EVERY_MS),
      ]);
    }

    const memory = watchMemory([pids.api, pids.worker]);
    say('the group');
    const putGroupMs = await timed(() => call('PUT /v1/groups/Big', { members }));
    const foldMs = await timed(() => settledRecomputes(run));
    say('its assignment');
    const startedAtMs = Date.now();
    const putAssignmentsMs = await timed(() =>
      call(`PUT /v1/connections/${SLUG}/assignments`, { groups: ['Others', 'Big'] }),
    );
    const busy: Delays = { answersMs: [], toDropboxMs: [], unserved: 0 };
    let untilMs = Number.POSITIVE_INFINITY;
    const probes: Promise<void>[] = [];
    let plannedMs = 0;
    let joined = 0;
    const lastJoinAtMs = () => Date.parse(simulator.ledger.effects({ kind: 'add' }).at(-1)?.at ?? '');
    for (let i = 0; joined < people && Date.now() - startedAtMs < watchMs; i += 1) {
      probes.push(probe({ run, id: `O${i}`, delays: busy, untilMs: () => untilMs }));
      await sleep(PROBE_EVERY_MS);
      if (plannedMs === 0 && (await openRecomputes(run)) === 0) plannedMs = Date.now() - startedAtMs;
      joined = simulator.ledger
        .effects({ kind: 'add' })
        .filter((one) => one.externalId?.startsWith('B')).length;
      if (i % 10 === 9) say(`${joined} of ${people} joined`);
    }
    const tookMs = lastJoinAtMs() - startedAtMs;
    untilMs = Date.now() + LAST_PROBES_MS;
    await Promise.all(probes);
    const putEveryoneMs = await timed(() =>
      call(`PUT /v1/connections/${SLUG}/assignments`, { everyone: true, groups: ['Others', 'Big'] }),
    );
    const seen = await memory.stop();
    const { rows } = await db.execute<{ chunks: number }>(sql`
      select count(distinct p.created_at)::int as chunks
      from plans p join seats s on s.id = p.seat_id where s.person_id like 'B%'`);
    return {
      people,
      putGroupMs,
      foldMs,
      putAssignmentsMs,
      putEveryoneMs,
      plannedMs,
      chunks: rows[0]?.chunks ?? 0,
      joined,
      joinersPerSecond: joined / (tookMs / 1_000),
      api: seen.get(pids.api),
      worker: seen.get(pids.worker),
      idle,
      busy,
    };
  } finally {
    await run.stop();
  }
}

/** Somebody else joins: how long until the event is answered, and from then until Dropbox has the member. */
async function probe({
  run,
  id,
  delays,
  untilMs,
}: {
  run: Deployment;
  id: string;
  delays: Delays;
  untilMs: () => number;
}): Promise<void> {
  delays.answersMs.push(await timed(() => run.call('POST /v1/events', joiner({ id, groups: ['Others'] }))));
  const acceptedAtMs = Date.now();
  for (;;) {
    await sleep(50);
    const [added] = run.simulator.ledger.effects({ kind: 'add', externalId: id });
    if (added === undefined && Date.now() < untilMs()) continue;
    if (added === undefined) delays.unserved += 1;
    const atMs = added === undefined ? Date.now() : Date.parse(added.at);
    // The relay may be faster than the answer.
    delays.toDropboxMs.push(Math.max(0, atMs - acceptedAtMs));
    return;
  }
}

const joiner = ({ id, groups = [] }: { id: string; groups?: string[] }) => ({
  id: `joiner-${id}`,
  type: 'joiner',
  person: {
    externalId: id,
    email: `${id.toLowerCase()}@corp.example`,
    givenName: 'Given',
    surname: 'Surname',
    groups,
  },
});

async function openRecomputes({ db }: Deployment): Promise<number> {
  const { rows } = await db.execute<{ open: number }>(sql`select count(*)::int as open from recomputes`);
  return rows[0]?.open ?? 0;
}

const settledRecomputes = (run: Deployment): Promise<void> =>
  until({ what: 'the recompute', is: async () => (await openRecomputes(run)) === 0, withinMs: 120_000 });

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
}

const say = (line: string): void => void process.stderr.write(`  ${line}\n`);

function print(figures: Figures[]): void {
  const table = new Table({
    head: ['', ...figures.map(({ people }) => `${people} people`)],
    style: { head: [], border: [], compact: true },
  });
  const row = (name: string, of: (figure: Figures) => string): void =>
    void table.push([name, ...figures.map(of)]);
  const ms = (value: number): string => `${Math.round(value)} ms`;
  const middle = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
  const spread = (values: number[]): string => `${ms(middle(values))} / ${ms(Math.max(...values))}`;
  const mib = (seen: Figures['api']): string => `${seen?.firstMib} → ${seen?.peakMib} MiB`;
  row('answer: PUT group', ({ putGroupMs }) => ms(putGroupMs));
  row('answer: PUT assignments, by group', ({ putAssignmentsMs }) => ms(putAssignmentsMs));
  row('answer: PUT assignments, everyone', ({ putEveryoneMs }) => ms(putEveryoneMs));
  row('memberships folded after', ({ foldMs }) => ms(foldMs));
  row('everybody planned after', ({ plannedMs }) => ms(plannedMs));
  row('chunks', ({ chunks }) => String(chunks));
  row('joined while watched', ({ joined }) => String(joined));
  row('joiners a second', ({ joinersPerSecond }) => joinersPerSecond.toFixed(1));
  row('memory of the API, at first → at most', ({ api }) => mib(api));
  row('memory of the worker, at first → at most', ({ worker }) => mib(worker));
  row("others' events, idle: answer, median / longest", ({ idle }) => spread(idle.answersMs));
  row("others' events, meanwhile: answer", ({ busy }) => spread(busy.answersMs));
  row("others' events, idle: to Dropbox", ({ idle }) => spread(idle.toDropboxMs));
  row("others' events, meanwhile: to Dropbox", ({ busy }) => spread(busy.toDropboxMs));
  row('never got there while watched', ({ busy }) => String(busy.unserved));
  row('ratio of the medians, of the longest', ({ idle, busy }) => {
    const [a, b] = [idle.toDropboxMs, busy.toDropboxMs];
    return `${(middle(b) / middle(a)).toFixed(1)} / ${(Math.max(...b) / Math.max(...a)).toFixed(1)}`;
  });
  process.stdout.write(`${table.toString()}\n`);
}
