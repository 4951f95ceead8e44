import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess, processIdentity } from '../../../src/main/process-identity.ts';
import type { ChildSpec, SupervisorEvent } from '../../../src/main/supervision/child-spec.ts';
import { type RestartPolicy, Supervisor } from '../../../src/main/supervision/supervisor.ts';
import type { Behaviour } from '../fixtures/supervised-child.ts';

const QUICK: RestartPolicy = { deaths: 3, withinMs: 60_000, firstDelayMs: 20, longestDelayMs: 100 };

describe('the supervisor', () => {
  let folder: string;
  let journal: string;
  let events: SupervisorEvent[];
  let supervisor: Supervisor | undefined;

  const child = ({
    name,
    after = [],
    spec = {},
    ...behaviour
  }: { name: string; after?: string[]; spec?: Partial<ChildSpec> } & Omit<
    Behaviour,
    'journal'
  >): ChildSpec => ({
    name,
    title: name.toUpperCase(),
    args: [
      '--import=tsx',
      'test/main/fixtures/supervised-child.ts',
      JSON.stringify({ name, journal, ...behaviour }),
    ],
    env: () => process.env,
    after,
    readyWithinMs: 20_000,
    stopWithinMs: 3_000,
    ...spec,
  });
  const supervise = (children: ChildSpec[], stopWithinMs = 10_000): Supervisor => {
    const onEvent = (event: SupervisorEvent): void => void events.push(event);
    supervisor = new Supervisor({ children, onEvent, stopWithinMs, restart: QUICK });
    return supervisor;
  };
  const lines = async (): Promise<{ name: string; step: string; pid: number }[]> => {
    const text = await readFile(journal, 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' '))
      .map(([name = '', step = '', pid]) => ({ name, step, pid: Number(pid) }));
  };
  const steps = async (): Promise<string[]> => (await lines()).map(({ name, step }) => `${name} ${step}`);
  const event = <K extends SupervisorEvent['kind']>(kind: K) =>
    events.filter((seen): seen is Extract<SupervisorEvent, { kind: K }> => seen.kind === kind);
  const pidOf = async (name: string): Promise<number> =>
    (await lines()).findLast((line) => line.name === name && line.step === 'started')?.pid ?? 0;
  const until = async (what: () => boolean | Promise<boolean>): Promise<void> => {
    for (let look = 0; look < 600; look += 1) {
      if (await what()) return;
      await sleep(25);
    }
    assert.fail('waited 15 s in vain');
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seatkeeper-supervisor-'));
    journal = join(folder, 'journal');
    events = [];
    supervisor = undefined;
  });

  afterEach(async () => {
    supervisor?.hurry();
    await supervisor?.stop();
    const left = (await lines()).map(({ pid }) => pid).filter((pid) => processIdentity(pid) !== undefined);
    for (const pid of left) await endProcess({ pid, steps: [{ name: 'SIGKILL', waitMs: 2_000 }] });
    await rm(folder, { recursive: true, force: true });
    assert.deepEqual(left, [], 'processes were left behind');
  });

  it('starts each child when those it needs are ready, with what they announced, and stops them the other way round', async () => {
    const children = [
      child({ name: 'database', facts: { url: 'postgres://here' } }),
      child({
        name: 'worker',
        after: ['api'],
        drainMs: 200,
        spec: { env: ({ database }) => ({ ...process.env, GIVEN: database?.url }) },
      }),
      child({ name: 'api', after: ['database'] }),
    ];
    const { finished } = supervise(children);
    assert.equal(await supervisor?.start(), true);
    assert.deepEqual(await steps(), ['database started', 'api started', 'worker started']);
    assert.ok(event('progress').some(({ text }) => text === 'working on it'));
    await until(() => event('output').some(({ line }) => line.includes('"given":"postgres://here"')));
    await supervisor?.stop();
    assert.equal(await finished, undefined);
    assert.deepEqual((await steps()).slice(3), [
      'api draining',
      'api stopped',
      'worker draining',
      'worker stopped',
      'database draining',
      'database stopped',
    ]);
    assert.ok(event('stopped').every(({ forced }) => !forced));
  });

  it('starts a child again that was killed, and leaves the others alone', async () => {
    supervise([child({ name: 'database' }), child({ name: 'api', after: ['database'] })]);
    await supervisor?.start();
    const api = await pidOf('api');
    process.kill(await pidOf('database'), 'SIGKILL');
    await until(() => event('ready').some(({ again }) => again));
    assert.match(event('died')[0]?.reason ?? '', /was ended by SIGKILL/);
    assert.equal(await pidOf('api'), api);
    assert.notEqual(processIdentity(api), undefined);
  });

  it('ends what a killed child left running before it starts it again', async () => {
    supervise([child({ name: 'database', grandchild: true })]);
    await supervisor?.start();
    await until(async () => (await lines()).some(({ name }) => name === 'grandchild'));
    const grandchild = (await lines()).find(({ name }) => name === 'grandchild')?.pid ?? 0;
    assert.notEqual(processIdentity(grandchild), undefined);
    process.kill(await pidOf('database'), 'SIGKILL');
    await until(() => event('ready').some(({ again }) => again));
    assert.equal(processIdentity(grandchild), undefined);
  });

  it('ends the whole with the reason when a child dies again and again', async () => {
    supervise([child({ name: 'database' }), child({ name: 'worker', after: ['database'], dieAfterMs: 50 })]);
    await supervisor?.start();
    const failure = await supervisor?.finished;
    assert.equal(failure?.title, 'WORKER');
    assert.match(failure?.reason ?? '', /again and again; the last time it ended with code 3/);
    assert.equal(event('died').length, QUICK.deaths - 1);
    assert.ok((await steps()).includes('database stopped'));
  });

  it('ends the whole with its one sentence when a child cannot start', async () => {
    const refuse = 'PORT must be a whole number, for example PORT=8080';
    supervise([
      child({ name: 'database' }),
      child({ name: 'api', after: ['database'], refuse }),
      child({ name: 'worker', after: ['api'] }),
    ]);
    assert.equal(await supervisor?.start(), false);
    const failure = await supervisor?.finished;
    assert.deepEqual(failure, { name: 'api', title: 'API', reason: `ended with code 1: ${refuse}` });
    assert.equal(event('died').length, 0);
    assert.deepEqual(await steps(), [
      'database started',
      'api started',
      'database draining',
      'database stopped',
    ]);
  });

  it('says so when a program cannot be run at all', async () => {
    supervise([child({ name: 'database', spec: { program: join(folder, 'missing') } })]);
    assert.equal(await supervisor?.start(), false);
    assert.match((await supervisor?.finished)?.reason ?? '', /ENOENT/);
  });

  it('does not wait for ever for a child that never gets ready', async () => {
    supervise([child({ name: 'database', silent: true, spec: { readyWithinMs: 1_500 } })]);
    assert.equal(await supervisor?.start(), false);
    assert.match((await supervisor?.finished)?.reason ?? '', /was not ready after 2 s/);
  });

  it('ends a child by force that does not listen, says so, and lets the others drain', async () => {
    const deaf = child({ name: 'worker', after: ['database'], deaf: true, spec: { stopWithinMs: 300 } });
    supervise([child({ name: 'database', drainMs: 100 }), deaf], 3_400);
    await supervisor?.start();
    const startedAt = Date.now();
    await supervisor?.stop();
    assert.ok(Date.now() - startedAt < 4_000);
    assert.deepEqual(
      event('stopped').map(({ spec, forced }) => [spec.name, forced]),
      [
        ['worker', true],
        ['database', false],
      ],
    );
    assert.ok((await steps()).includes('database stopped'));
  });

  it('gives a child the time that the ones before it left over', async () => {
    const slow = child({ name: 'worker', drainMs: 1_500, spec: { stopWithinMs: 200 } });
    supervise([slow, child({ name: 'api', spec: { stopWithinMs: 4_000 } })], 4_200);
    await supervisor?.start();
    await supervisor?.stop();
    assert.ok(event('stopped').every(({ forced }) => !forced));
    assert.ok((await steps()).includes('worker stopped'));
  });

  it('is quicker when it is told to hurry', async () => {
    supervise([child({ name: 'database' }), child({ name: 'worker', drainMs: 60_000 })], 60_000);
    await supervisor?.start();
    const stopped = supervisor?.stop();
    await until(async () => (await steps()).includes('worker draining'));
    const startedAt = Date.now();
    supervisor?.hurry();
    await stopped;
    assert.ok(Date.now() - startedAt < 3_000);
    assert.ok((await steps()).includes('database stopped'));
  });

  it('stops in the middle of a start, too', async () => {
    supervise([child({ name: 'database', silent: true }), child({ name: 'api', after: ['database'] })]);
    const started = supervisor?.start();
    await until(async () => (await steps()).includes('database started'));
    assert.equal(await supervisor?.stop(), undefined);
    assert.equal(await started, false);
  });
});
