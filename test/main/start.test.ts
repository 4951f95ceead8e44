import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/main/ports.ts';
import { lockDataDir } from '../../src/main/startup/data-dir-lock.ts';

describe('a start that cannot work', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'seatkeeper-start-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  const start = async (
    env: NodeJS.ProcessEnv,
  ): Promise<{ code: number | null; stdout: string; stderr: string }> => {
    const child = spawn(process.execPath, ['--import=tsx', 'src/main/start.ts'], {
      env: { PATH: process.env.PATH, DATA_DIR: dataDir, ...env },
    });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].on('data', (chunk: Buffer) => {
        output[stream] += chunk.toString();
      });
    }
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, ...output };
  };

  it('because of a wrong value ends with 1 and one sentence', async () => {
    const { code, stdout, stderr } = await start({ EMAIL_HOLD: '7 days' });
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.equal(stderr, 'EMAIL_HOLD must be an ISO 8601 duration, for example EMAIL_HOLD=P7D\n');
  });

  it('because of a busy port says which, and names one that is free, before anything is made', async () => {
    const other: Server = createServer();
    const port = await freePort();
    other.listen(port, '127.0.0.1');
    await once(other, 'listening');
    try {
      const { code, stdout, stderr } = await start({ PORT: String(port) });
      assert.equal(code, 1);
      assert.equal(stdout, '');
      assert.match(
        stderr,
        new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is taken .*PORT=\\d+ npm start\\.\\n$`),
      );
      assert.deepEqual(await readdir(dataDir), []);
    } finally {
      other.close();
    }
  });

  it('because of an address that is not ours says so', async () => {
    const { code, stderr } = await start({ HOST: '192.0.2.1', PORT: String(await freePort()) });
    assert.equal(code, 1);
    assert.match(stderr, /^HOST is not an address of this machine/);
  });

  it('because another one runs on the same DATA_DIR says which', async () => {
    const unlock = await lockDataDir(dataDir);
    try {
      const { code, stderr } = await start({ PORT: String(await freePort()) });
      assert.equal(code, 1);
      assert.match(
        stderr,
        new RegExp(`already runs on .* \\(process ${process.pid}\\): stop that one first`),
      );
    } finally {
      await unlock();
    }
  });
});
