import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import pino from 'pino';
import { deleteSchedule } from '../../src/commands/relay/tell-sync.ts';
import { createPayloadCodec } from '../../src/crypto/payload-codec.ts';
import { loadGrant } from '../../src/store/grants.ts';
import { fact, joiner, leaver, type Rig, startRig } from '../support/rig.ts';
import { everythingKept, readAll } from './history-text.ts';
import { RECORDING_KEY } from './recording-key.ts';
import { keyringOf } from './replayed.ts';
import { syncOnce } from './stories.ts';

const NAME = 'Zzcanaryname';
const SURNAME = 'Zzcanarysurname';
const EMAIL = 'zzcanary@corp.example';

describe('names, addresses and tokens', () => {
  let rig: Rig;
  let kept: unknown[];
  const log: string[] = [];
  const keyring = keyringOf(RECORDING_KEY);
  const secrets: string[] = [];

  /** Joins, fails in every way that quotes values, leaves, comes back; and a sync that sees all of it. */
  before(async function () {
    this.timeout(90_000);
    const stream = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        log.push(chunk.toString());
        done();
      },
    });
    rig = await startRig({ encryptionKey: RECORDING_KEY, log: pino({ level: 'trace' }, stream) });
    const { db, simulator, connectionId } = rig;
    const person = { email: EMAIL, givenName: NAME, surname: SURNAME };
    const { faults } = simulator;
    simulator.byHand.add({ email: `by-hand-${EMAIL}`, givenName: NAME, surname: SURNAME });

    // Answers that are lost, broken, refused, and that quote what was sent.
    const quoting = JSON.stringify({ error_summary: `bad ${EMAIL}`, error: { '.tag': 'other' } });
    const add = 'team/members/add_v2';
    faults.add({ route: add, fault: { kind: 'answer', status: 500, body: `<p>${EMAIL} ${NAME}` }, count: 1 });
    faults.add({ route: add, fault: { kind: 'answer', status: 503, body: quoting }, count: 1 });
    faults.add({ route: add, fault: { kind: 'reset', moment: 'after' }, count: 1 });
    faults.add({ route: 'oauth2/token', fault: { kind: 'server_error', status: 503 }, count: 1 });
    await rig.send(joiner('K1', { person }));
    await rig.until('K1', ({ state }) => state === 'invited', 40_000);

    // PostgreSQL's errors quote the values of the row.
    await db.execute(
      sql.raw(`
      create function canary_trap() returns trigger language plpgsql as $$ begin
        raise exception 'row % % %', new.email, '${NAME}', new; end $$;
      create trigger canary_trap before insert or update on members for each row execute function canary_trap()`),
    );
    await rig.send(fact('leaver', 'K1'));
    await sleep(2_500);
    await db.execute(sql.raw('drop trigger canary_trap on members; drop function canary_trap'));
    await rig.until('K1', ({ state }) => state === 'held', 40_000);

    // Somebody else waits for the address; another is refused by name.
    await rig.send(joiner('K2', { person }));
    await rig.until('K2', ({ waiting, state }) => waiting?.kind === 'email' || state === 'invited');
    simulator.changeSettings({ addFailures: { [`third-${EMAIL}`]: 'user_on_another_team' } });
    await rig.send(joiner('K3', { person: { ...person, email: `third-${EMAIL}` } }));
    await rig.until('K3', ({ attention }) => attention !== null);
    faults.clear();
    faults.add({
      route: 'team/members/list_v2',
      fault: { kind: 'answer', status: 500, body: `<html>${EMAIL}</html>` },
      count: 1,
    });
    const sync = await syncOnce(rig);
    await rig.send(leaver('K3'));
    await rig.until('K3', ({ state }) => state === 'released');

    const grant = await loadGrant({ db, keyring, connectionId });
    assert.ok(grant !== null);
    secrets.push(grant.refreshToken, simulator.appSecret);
    secrets.push(grant.access?.accessToken ?? grant.refreshToken);
    const seats = await Promise.all(['K1', 'K2', 'K3'].map((id) => rig.seat(id)));
    const workflowIds = [...seats.map(({ workflowId }) => workflowId), sync.workflowId];
    kept = await everythingKept({ client: rig.client, workflowIds });
  });
  after(async () => {
    await deleteSchedule(rig).catch(() => {});
    await rig?.stop();
  });

  const assertAbsent = (text: string): void => {
    for (const canary of ['zzcanary', ...secrets]) {
      const at = text.toLowerCase().indexOf(canary.toLowerCase());
      assert.equal(at, -1, `found: …${text.slice(Math.max(0, at - 300), at + 100)}…`);
    }
  };

  it('are in no history, search attribute, memo, summary or failure, decoded with all keys', async () => {
    assert.ok(kept.length >= 8, 'a description and a history of each run');
    const { text, decoded } = await readAll({ value: kept, codec: createPayloadCodec(keyring) });
    assert.ok(decoded > 50, `${decoded} payloads were decoded`);
    // What is meant to be there is, so this looks in the right place.
    for (const present of [
      '"planVersion":',
      'Seat of K1 on',
      'leaver (fact',
      'P0001',
      'user_on_another_team',
    ]) {
      assert.ok(text.includes(present), present);
    }
    assertAbsent(text);
  });

  it('would be found: the same search sees what a payload holds', async () => {
    const codec = createPayloadCodec(keyring);
    const metadata = { encoding: Buffer.from('json/plain') };
    const payloads = await codec.encode([{ metadata, data: Buffer.from(`{"email":"${EMAIL}"}`) }]);
    const { text } = await readAll({ value: { input: { payloads } }, codec });
    assert.throws(() => assertAbsent(text), /found/);
  });

  it('could not be read there without the keys: not even plans and summaries can', async () => {
    const { text } = await readAll({ value: kept, codec: null });
    for (const plain of ['planVersion', 'Seat of K1', 'leaver (fact', 'P0001', 'user_on_another_team']) {
      assert.ok(!text.includes(plain), plain);
    }
    const another = createPayloadCodec(keyringOf(`other:${Buffer.alloc(32, 7).toString('base64')}`));
    await assert.rejects(readAll({ value: kept, codec: another }), { name: 'UnknownKeyError' });
  });

  it("are in no line of the worker's log, at its most talkative", () => {
    const lines = log.join('');
    assert.match(lines, /an activity failed/);
    assertAbsent(lines);
  });
});
