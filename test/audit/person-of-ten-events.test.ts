/** Ten things HR says about one person, on real parts: told, listed, exported, replayed. */
import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { eq, sql } from 'drizzle-orm';
import { recordKeys, recordQueue } from '../../drizzle/schema.ts';
import { replayFile } from '../../src/audit/replay-file.ts';
import { workflowCode } from '../../src/audit/workflow-code.ts';
import { workflowHistories } from '../../src/commands/person-histories.ts';
import { createKeyring } from '../../src/crypto/keyring.ts';
import { createPayloadCodec } from '../../src/crypto/payload-codec.ts';
import { type Answer, type RunningApi, startApi } from '../http/running-api.ts';
import { readAll } from '../replay/history-text.ts';
import { WORKFLOWS_PATH } from '../replay/replayed.ts';
import { fact, inMs, joiner, leaver, type Rig, startRig } from '../support/rig.ts';

const PERSON = 'E100';
const EMAIL = 'zzcanary.ada@corp.example';
const NAMES = { givenName: 'Zzcanaryada', surname: 'Zzcanarylovelace' };

type Event = {
  eventId: string;
  eventType: string;
  activityTaskScheduledEventAttributes?: { activityType: { name: string } };
};
type Entry = Record<string, unknown> & {
  kind: string;
  leaf: string;
  leafHash: string;
  position: number | null;
};
type Exported = {
  person: string;
  entries: Entry[];
  seats: { workflowId: string; state: string }[];
  histories: { workflowId: string; status: string; closedAt: string | null; history: { events: Event[] } }[];
  complete: boolean;
};

describe('a person of ten events', function () {
  this.timeout(120_000);
  let rig: Rig;
  let api: RunningApi;
  let folder: string;
  let file: string;
  let exported: Answer;
  let code: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seatkeeper-export-'));
    rig = await startRig();
    const { db, keyring, client } = rig;
    const histories = workflowHistories({ client, codec: createPayloadCodec(keyring) });
    api = await startApi({ deps: { db, keyring, histories } });

    const person = { email: EMAIL, ...NAMES };
    const is = (...states: string[]) => rig.until(PERSON, ({ state }) => states.includes(state), 20_000);
    await rig.send(joiner(PERSON, { person }));
    await is('invited');
    rig.simulator.byHand.accept({ externalId: PERSON });
    await rig.send(fact('mover', PERSON, { person: { timeZone: 'Europe/Berlin' } }));
    await rig.send(fact('mover', PERSON, { person: { managerExternalId: 'E001' } }));
    await rig.send(leaver(PERSON));
    await is('held');
    await rig.send(joiner(PERSON, { person }));
    await is('invited', 'active');
    const suspension = fact('suspension', PERSON, { effectiveAt: inMs(86_400_000) });
    await rig.send(suspension);
    await rig.send({ id: 'cancels-it', type: 'cancellation', cancels: suspension.id });
    await rig.send(leaver(PERSON));
    const { workflowId } = await is('released');
    await client.workflow.getHandle(workflowId).result();
    await rig.send(joiner(PERSON, { person }));
    await is('invited');
    await rig.send(fact('mover', PERSON, { person: { groups: ['Engineering'] } }));
    // The sequencer places what was written within a moment.
    while ((await db.select().from(recordQueue)).length > 0) await db.execute(sql`select pg_sleep(0.1)`);

    code = await workflowCode({ workflowsPath: WORKFLOWS_PATH });
    exported = await api.call(`GET /v1/audit/export?person=${PERSON}`);
    file = join(folder, 'E100.json');
    await writeFile(file, exported.text);
  });
  after(async () => {
    await api?.close();
    await rig?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const document = (): Exported => exported.json;

  it('is told by the timeline: ten facts, and what came of each, in order', async () => {
    const { status, json } = await api.call(`GET /v1/people/${PERSON}/timeline?limit=1000`);
    assert.equal(status, 200);
    const items: { kind: string; summary: string; details: Record<string, unknown> }[] = json.items;
    const facts = items.filter(({ kind }) => kind === 'fact');
    assert.deepEqual(
      facts.map(({ details }) => details.type),
      [
        'joiner',
        'mover',
        'mover',
        'leaver',
        'joiner',
        'suspension',
        'cancellation',
        'leaver',
        'joiner',
        'mover',
      ],
    );
    assert.deepEqual(facts[0]?.details.personal, { email: EMAIL, ...NAMES });
    const told = items.map(({ summary }) => summary).join('\n');
    assert.doesNotMatch(told, /zzcanary/i);
    const { slug } = rig;
    for (const sentence of [
      'Joins.',
      `Plan 1 on ${slug}: a member.`,
      `Invites to the team (${slug}).`,
      `Invited to the team (${slug}); read back from Dropbox.`,
      `Seat on ${slug}: invited, not accepted yet.`,
      `Removes from the team (${slug}).`,
      `Recovered the removed member (${slug}); read back from Dropbox.`,
      'Event ',
      `Seat on ${slug}: the address is free.`,
    ]) {
      assert.ok(told.includes(sentence), `${sentence}\nis not in\n${told}`);
    }
  });

  it('is listed by the audit log with places, versions and hashes', async () => {
    const { json } = await api.call(`GET /v1/audit?person=${PERSON}&limit=1000`);
    const items: Entry[] = json.items;
    const positions = items.map(({ position }) => position ?? -1);
    assert.deepEqual(
      positions,
      [...positions].sort((a, b) => a - b),
    );
    const action = items.find(({ kind }) => kind === 'action');
    assert.deepEqual(
      [action?.person, action?.connection, action?.plan, typeof action?.settings, action?.cause],
      [PERSON, rig.slug, 1, 'number', 'plan 1'],
    );
  });

  it('is exported: entries with their bytes, seats, and a history for each run', () => {
    assert.equal(exported.status, 200);
    assert.match(exported.headers.get('content-disposition') ?? '', /seatkeeper-E100\.json/);
    const { entries, seats, histories, complete, person } = document();
    assert.deepEqual([person, complete, seats.length], [PERSON, true, 1]);
    for (const { leaf, leafHash } of entries) {
      const bytes = Buffer.from(leaf, 'base64');
      assert.equal(createHash('sha256').update(Buffer.of(0)).update(bytes).digest('hex'), leafHash);
      assert.doesNotMatch(bytes.toString(), /zzcanary/i);
    }
    assert.deepEqual(
      histories.map(({ workflowId, status }) => [workflowId, status]),
      [
        [seats[0]?.workflowId, 'COMPLETED'],
        [seats[0]?.workflowId, 'RUNNING'],
      ],
    );
    assert.ok(histories[0]?.closedAt !== null && histories[1]?.closedAt === null);
  });

  it('has histories in clear, and in them no name and no address', async () => {
    for (const { history } of document().histories) {
      const { text } = await readAll({ value: historyFromJSON(history), codec: null });
      // What is meant to be there is, so this looks in the right place.
      assert.ok(text.includes('"planVersion":') && text.includes(`Seat of ${PERSON}`));
      assert.doesNotMatch(text, /zzcanary/i);
      assert.doesNotMatch(text, /binary\/encrypted/);
    }
  });

  it('says of a run whose history it cannot give why: gone, or sealed with a key that nobody has', async () => {
    const { client } = rig;
    const [run = assert.fail()] = document().histories;
    const about = { ...run, runId: randomUUID(), workflowType: 'userLifecycle', startedAt: '' };
    const ours = workflowHistories({ client, codec: createPayloadCodec(rig.keyring) });
    assert.deepEqual(await ours.historyOf(about), { problem: 'no_longer_kept' });
    const others = createKeyring([{ id: 'another', key: randomBytes(32) }]);
    const strangers = workflowHistories({ client, codec: createPayloadCodec(others) });
    const [first = assert.fail()] = await strangers.runsOf([run.workflowId]);
    assert.deepEqual(await strangers.historyOf(first), { problem: 'key_missing' });
  });

  it('replays without keys: the same decisions in every run', async () => {
    const told: string[] = [];
    const report = await replayFile({ file, code, onRun: ({ result }) => told.push(result.kind) });
    assert.deepEqual(
      [report.person, report.same, report.parted, report.missing, told],
      [PERSON, 2, 0, 0, ['same', 'same']],
    );
  });

  it('parts at the right step when the code removes nobody any more', async () => {
    const planted = code.replaceAll('.deprovisionSeat.executeWith', '.provisionSeat.executeWith');
    assert.notEqual(planted, code);
    const { runs, same, parted } = await replayFile({ file, code: planted });
    assert.deepEqual([same, parted], [1, 1]);
    const scheduled = document().histories[0]?.history.events.find(
      (event) => event.activityTaskScheduledEventAttributes?.activityType.name === 'deprovisionSeat',
    );
    const [{ result } = assert.fail('no run')] = runs;
    assert.ok(result.kind === 'parted');
    assert.equal(result.eventId, Number(scheduled?.eventId));
    assert.match(result.recorded, /deprovisionSeat/);
    assert.match(result.present, /provisionSeat/);
    assert.match(result.message, /[Nn]ondeterminism/);
  });

  it('keeps its record and loses its names when the key is deleted', async () => {
    await rig.db.delete(recordKeys).where(eq(recordKeys.subject, `person:${PERSON}`));
    const { json } = await api.call(`GET /v1/audit?person=${PERSON}&kind=fact&limit=1`);
    const [first] = json.items;
    assert.deepEqual([first.personal, first.note], [null, 'erased']);
    assert.equal(first.leafHash, document().entries.find(({ kind }) => kind === 'fact')?.leafHash);
  });
});
