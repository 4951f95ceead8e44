import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDataDir } from '../../../src/main/startup/data-dir-lock.ts';
import { StartRefusal } from '../../../src/main/startup/start-refusal.ts';

describe('the lock of a DATA_DIR', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'seatkeeper-lock-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('lets nobody else in until it is given back', async () => {
    const unlock = await lockDataDir(dataDir);
    await assert.rejects(lockDataDir(dataDir), (error) => {
      assert.ok(error instanceof StartRefusal);
      assert.ok(error.message.includes(`process ${process.pid}`));
      return true;
    });
    await unlock();
    await (await lockDataDir(dataDir))();
    assert.deepEqual(await readdir(dataDir), []);
  });

  it('takes over from a start that was killed', async () => {
    const killed = spawn(process.execPath, ['-e', '']);
    await once(killed, 'exit');
    await writeFile(join(dataDir, 'lock'), JSON.stringify({ pid: killed.pid, identity: 'then' }));
    await (await lockDataDir(dataDir))();
  });

  it('takes over when the pid belongs to another program by now', async () => {
    await writeFile(
      join(dataDir, 'lock'),
      JSON.stringify({ pid: process.pid, identity: 'of an earlier process' }),
    );
    await (await lockDataDir(dataDir))();
  });

  it('takes over a lock that was never written to its end', async () => {
    await writeFile(join(dataDir, 'lock'), '{"pid":');
    await (await lockDataDir(dataDir))();
  });

  it('goes to one only, of many that find it stale at the same time', async () => {
    await writeFile(join(dataDir, 'lock'), JSON.stringify({ pid: 1, identity: 'then' }));
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => contend(dataDir)));
    const codes = results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason));
    assert.equal(codes.filter((code) => code === 0).length, 1, JSON.stringify(codes));
  });
});

/** @returns 0 if a process of its own got the lock; it holds it until the others have tried. */
async function contend(dataDir: string): Promise<number | null> {
  const child = spawn(process.execPath, ['--import=tsx', 'test/main/fixtures/hold-lock.ts', dataDir]);
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}
