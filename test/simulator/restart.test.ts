import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { SimulatorOptions } from '../../src/simulator/options.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { byEmail, connectedApp, refusalTag } from './connected-app.ts';

describe('a simulator with a state file', () => {
  let folder: string;
  let stateFile: string;
  let simulator: Simulator | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'simulator-'));
    stateFile = join(folder, 'state', 'simulator.jsonl');
  });
  afterEach(async () => {
    await simulator?.close();
    simulator = undefined;
    await rm(folder, { recursive: true });
  });

  async function start(change: SimulatorOptions = {}): Promise<Simulator> {
    await simulator?.close();
    simulator = undefined;
    simulator = await startSimulator({
      teamSize: 50,
      stateFile,
      settings: { asyncProbability: 0 },
      ...change,
    });
    return simulator;
  }

  it('goes on where it ended: members, seats, settings, time, tokens, jobs and effects', async () => {
    const first = await start();
    const { accessToken, refreshToken } = first.issueTokens();
    const { accessToken: revoked } = first.issueTokens();
    await connectedApp({ simulator: first, accessToken: revoked }).call('auth/token/revoke');
    first.byHand.add({ email: 'ada@corp.example', externalId: 'E1' });
    first.byHand.remove({ email: first.team().admin?.email ?? '' });
    first.setLicences({ licences: 77 });
    first.changeSettings({ latencyMs: 1 });
    first.advanceClock(3_600_000);
    const app = connectedApp({ simulator: first, accessToken });
    const { async_job_id: job } = await app.json<{ async_job_id: string }>('team/members/add_v2', {
      new_members: [{ member_email: 'job@corp.example' }],
      force_async: true,
    });
    const { members } = await app.json<{ members: unknown[] }>('team/members/list_v2', {
      include_removed: true,
    });
    const effects = first.ledger.effects();
    const team = first.team();

    const second = await start();
    const again = connectedApp({ simulator: second, accessToken });
    assert.deepEqual(second.team(), team);
    assert.deepEqual(second.ledger.effects(), effects);
    assert.equal(second.settings.latencyMs, 1);
    assert.ok(second.nowMs() - Date.now() > 3_500_000);
    const listed = await again.json<{ members: unknown[] }>('team/members/list_v2', {
      include_removed: true,
    });
    assert.deepEqual(listed.members, members);
    assert.equal(
      (await connectedApp({ simulator: second, accessToken: revoked }).call('team/get_info')).status,
      401,
    );
    const refreshed = await fetch(`${second.origin}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        client_id: second.appKey,
        client_secret: second.appSecret,
      }),
    });
    assert.equal(refreshed.status, 200);
    second.advanceClock(60_000);
    const { result } = await again.sdk.teamMembersAddJobStatusGetV2({ async_job_id: job });
    assert.equal(result['.tag'], 'complete');
    assert.equal(second.ledger.effects({ kind: 'add', email: 'job@corp.example' }).length, 1);
    second.ledger.clear();

    const third = await start();
    assert.deepEqual(third.ledger.effects(), []);
    assert.equal(third.member({ email: 'job@corp.example' })?.profile.status['.tag'], 'invited');
  });

  it('does not let the file grow over restarts', async () => {
    const first = await start();
    for (let round = 0; round < 50; round += 1) {
      const email = first.team().admin?.email ?? '';
      first.byHand.edit({ email, newGivenName: `Round ${round}` });
    }
    first.ledger.clear();
    first.activity.clearEvents();
    const { size } = await stat(stateFile);
    await start();
    assert.ok((await stat(stateFile)).size < size / 10);
    assert.equal((await stat(stateFile)).mode & 0o777, 0o600);
  });

  it('ignores a last line that a crash cut short', async () => {
    (await start()).byHand.add({ email: 'ada@corp.example' });
    await simulator?.close();
    simulator = undefined;
    await appendFile(stateFile, '{"kind":"member","team":0,"mem');
    assert.ok((await start()).member({ email: 'ada@corp.example' }));
  });

  it('refuses a file about other teams, and says what to do', async () => {
    await start();
    await simulator?.close();
    simulator = undefined;
    await assert.rejects(startSimulator({ teamSize: 51, stateFile }), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'simulator_state_mismatch');
      assert.match(error.message, /Corp \(50\)/);
      return true;
    });
  });

  it('is left alone by a second simulator that finds the port taken', async () => {
    const first = await start();
    await assert.rejects(startSimulator({ teamSize: 50, stateFile, port: first.port }), {
      code: 'EADDRINUSE',
    });
    first.byHand.add({ email: 'ada@corp.example' });
    assert.ok((await start()).member({ email: 'ada@corp.example' }));
  });

  it('keeps what it acknowledged when it is killed at once', async function () {
    this.timeout(60_000);
    const child = spawn(
      process.execPath,
      ['--import=tsx', fileURLToPath(new URL('serve.ts', import.meta.url)), stateFile],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      const [origin = '', accessToken = ''] = (await firstLine(child)).split(' ');
      const acknowledged: string[] = [];
      for (let index = 0; index < 20; index += 1) {
        const email = `p${index}@corp.example`;
        const answer = await fetch(`${origin}/2/team/members/add_v2`, {
          method: 'POST',
          headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
          body: JSON.stringify({ new_members: [{ member_email: email }] }),
        });
        if ((await answer.text()).includes('"success"')) acknowledged.push(email);
      }
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
      const revived = await start();
      assert.ok(acknowledged.length > 3, `${acknowledged.length} acknowledged`);
      for (const email of acknowledged) assert.ok(revived.member({ email }), email);
      assert.equal(revived.ledger.effects({ kind: 'add' }).length, acknowledged.length);
      const app = connectedApp({ simulator: revived, accessToken });
      assert.equal(await refusalTag(app.sdk.teamMembersRemove({ user: byEmail('p0@corp.example') })), 'ok');
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('keeps the key of its tokens to its owner and no token at all', async () => {
    const { accessToken, refreshToken } = (await start()).issueTokens();
    const text = await readFile(stateFile, 'utf8');
    assert.equal(text.includes(accessToken) || text.includes(refreshToken), false);
  });
});

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The child has no output.');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('The child ended without a word.');
}
