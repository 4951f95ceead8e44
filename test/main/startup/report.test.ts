import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../src/config.ts';
import { LogFiles } from '../../../src/main/startup/log-files.ts';
import { Report } from '../../../src/main/startup/report.ts';
import type { ChildSpec, SupervisorEvent } from '../../../src/main/supervision/child-spec.ts';

const KEY = 'sk_0123456789abcdef';
const INFO = JSON.stringify({ level: 30, msg: 'all is well' });
const WARNING = JSON.stringify({ level: 40, msg: 'slow', err: { message: 'took 9 s' } });

describe('what a start shows', () => {
  let dataDir: string;
  let logs: LogFiles;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'seatkeeper-report-'));
    logs = new LogFiles({ dataDir });
  });
  afterEach(async () => {
    logs.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const shown = ({ isTTY, use }: { isTTY: boolean; use: (report: Report) => void }): string => {
    let text = '';
    const write = (more: string): void => {
      text += more;
    };
    use(new Report({ stdout: { write, isTTY }, logs }));
    return text;
  };
  const output = ({ name, line }: { name: string; line: string }): SupervisorEvent => {
    const spec: ChildSpec = {
      name,
      title: 'Worker',
      args: [],
      env: () => ({}),
      after: [],
      readyWithinMs: 1,
      stopWithinMs: 1,
    };
    return { kind: 'output', spec, stream: 'stdout', line };
  };
  const openThis = (report: Report): void => {
    const secret = { value: KEY, file: join(dataDir, 'admin-api-key') };
    const secrets = { ADMIN_API_KEY: secret, ENCRYPTION_KEYS: secret, CODEC_TOKEN: secret };
    const announced = {
      temporal: { uiUrl: 'http://localhost:8233' },
      simulator: { origin: 'http://127.0.0.1:4000' },
    };
    report.openThis({ config: readConfig({}), announced, secrets, workerPort: 9464, tookMs: 4_200 });
  };

  it('says what to open, and shows the admin key on a terminal only', () => {
    const terminal = shown({ isTTY: true, use: openThis });
    for (const address of [
      'http://localhost:8080',
      'http://localhost:8233',
      'http://127.0.0.1:4000/simulator',
      "http://localhost:8080/metrics, the worker's http://127.0.0.1:9464/metrics",
    ]) {
      assert.ok(terminal.includes(address));
    }
    assert.ok(terminal.includes(KEY));
    const elsewhere = shown({ isTTY: false, use: openThis });
    assert.ok(!elsewhere.includes(KEY));
    assert.ok(elsewhere.includes(join(dataDir, 'admin-api-key')));
  });

  it('passes the JSON logs of API and worker on as they are where no person reads along', () => {
    const text = shown({
      isTTY: false,
      use: (report) => report.show(output({ name: 'worker', line: INFO })),
    });
    assert.equal(text, `${INFO}\n`);
  });

  it('shows a person warnings only, in words, and keeps everything in a file', async () => {
    const text = shown({
      isTTY: true,
      use: (report) => {
        report.show(output({ name: 'worker', line: INFO }));
        report.show(output({ name: 'worker', line: WARNING }));
      },
    });
    assert.equal(text, '! Worker: slow: took 9 s\n');
    assert.equal(await readFile(join(dataDir, 'logs/worker.log'), 'utf8'), `${INFO}\n${WARNING}\n`);
  });

  it('keeps what the embedded parts write to their files', () => {
    const text = shown({
      isTTY: false,
      use: (report) => report.show(output({ name: 'postgres', line: 'LOG: ready' })),
    });
    assert.equal(text, '');
  });
});
