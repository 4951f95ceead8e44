import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findTemporalBinary } from '../../../src/main/embedded/temporal-binary.ts';
import { buildTemporal } from '../../../src/main/embedded/temporal-build.ts';
import type { Supplier } from '../../../src/main/embedded/temporal-supplier.ts';
import { processIdentity } from '../../../src/main/process-identity.ts';

const refused: Supplier = async () => undefined;

describe('the search for the Temporal server', () => {
  let root: string;
  let cache: string;
  let env: NodeJS.ProcessEnv;
  let lines: string[];

  const log = (line: string): void => {
    lines.push(line);
  };
  const program = async ({ path, script }: { path: string; script: string }): Promise<void> => {
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
  };
  const temporal = (version: string): string => `echo 'temporal version ${version}'`;
  /** A Go whose `install` writes a program of that script to GOBIN. */
  const go = (script: string): Promise<void> =>
    program({
      path: join(root, 'go-bin/go'),
      script: `echo "$@" > '${root}/go-arguments'
printf '#!/bin/sh\\n%s\\n' "${script}" > "$GOBIN/temporal" && chmod +x "$GOBIN/temporal"`,
    });

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'seatkeeper-temporal-'));
    cache = join(root, 'cache/seatkeeper/bin');
    env = {
      PATH: `${root}/bin:${root}/go-bin:/usr/bin:/bin`,
      XDG_CACHE_HOME: join(root, 'cache'),
      HOME: root,
    };
    lines = [];
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  it('takes the program on the PATH before the kept one', async () => {
    await program({ path: join(root, 'bin/temporal'), script: temporal('1.5.1 (Server 1.29.1)') });
    await program({ path: join(cache, 'temporal'), script: temporal('1.4.0') });
    assert.deepEqual(await findTemporalBinary({ log, env }), {
      path: join(root, 'bin/temporal'),
      source: 'path',
      version: '1.5.1 (Server 1.29.1)',
    });
  });

  it('takes the kept one when there is none on the PATH', async () => {
    await program({ path: join(cache, 'temporal'), script: temporal('1.4.0') });
    const found = await findTemporalBinary({ log, env });
    assert.deepEqual(found, { path: join(cache, 'temporal'), source: 'kept', version: '1.4.0' });
    assert.deepEqual(lines, []);
  });

  it('keeps it in ~/.cache when XDG_CACHE_HOME is not set or not absolute', async () => {
    await program({ path: join(root, '.cache/seatkeeper/bin/temporal'), script: temporal('1.4.0') });
    for (const XDG_CACHE_HOME of [undefined, 'relative']) {
      const found = await findTemporalBinary({ log, env: { ...env, XDG_CACHE_HOME } });
      assert.equal(found.path, join(root, '.cache/seatkeeper/bin/temporal'));
    }
  });

  it('passes over another program of that name on the PATH, and says so', async () => {
    await program({ path: join(root, 'bin/temporal'), script: 'echo time flies' });
    await program({ path: join(cache, 'temporal'), script: temporal('1.4.0') });
    assert.equal((await findTemporalBinary({ log, env })).source, 'kept');
    assert.match(lines[0] ?? '', /does not run/);
  });

  it('keeps what was downloaded, and finds it the next time', async () => {
    const downloaded: Supplier = async ({ folder }) => {
      const path = join(folder, 'temporal-cli-1.5.1');
      await program({ path, script: temporal('1.5.1') });
      return path;
    };
    const first = await findTemporalBinary({ log, env, suppliers: { downloaded, built: refused } });
    assert.deepEqual(first, { path: join(cache, 'temporal'), source: 'downloaded', version: '1.5.1' });
    assert.equal((await findTemporalBinary({ log, env })).source, 'kept');
    assert.deepEqual(await readdir(cache), ['temporal']);
  });

  it('builds the pinned version with Go where the download is refused', async () => {
    await go(temporal('0.0.0-DEV'));
    const found = await findTemporalBinary({
      log,
      env,
      suppliers: { downloaded: refused, built: buildTemporal },
    });
    assert.deepEqual(found, { path: join(cache, 'temporal'), source: 'built', version: '0.0.0-DEV' });
    assert.equal(
      (await readFile(join(root, 'go-arguments'), 'utf8')).trim(),
      'install github.com/temporalio/cli/cmd/temporal@v1.5.1',
    );
    assert.match(lines.join('\n'), /Building the Temporal server with Go/);
  });

  it('replaces a kept program that does not run', async () => {
    await program({ path: join(cache, 'temporal'), script: 'exit 139' });
    await go(temporal('0.0.0-DEV'));
    const found = await findTemporalBinary({
      log,
      env,
      suppliers: { downloaded: refused, built: buildTemporal },
    });
    assert.equal(found.source, 'built');
    assert.equal((await findTemporalBinary({ log, env })).version, '0.0.0-DEV');
  });

  it('keeps nothing that was not seen to run, and says what to install', async () => {
    await go('exit 1');
    const broken: Supplier = async ({ folder }) => {
      await writeFile(join(folder, 'half'), 'ELF');
      return join(folder, 'half');
    };
    await assert.rejects(
      findTemporalBinary({ log, env, suppliers: { downloaded: broken, built: buildTemporal } }),
      {
        name: 'PartFailure',
        part: 'temporal',
        message: /install the Temporal CLI .* or Go, or set TEMPORAL_ADDRESS/,
      },
    );
    assert.deepEqual(await readdir(cache), []);
  });

  it('ends a build and all that it started when it is called off', async () => {
    const pidFile = join(root, 'compiler-pid');
    await program({ path: join(root, 'go-bin/go'), script: `sleep 60 &\necho $! > '${pidFile}'\nwait` });
    const calledOff = new AbortController();
    const search = findTemporalBinary({
      log,
      env,
      signal: calledOff.signal,
      suppliers: { downloaded: refused, built: buildTemporal },
    });
    const rejected = assert.rejects(search, { name: 'AbortError' });
    const compiler = await untilWritten(pidFile);
    calledOff.abort();
    await rejected;
    for (let look = 0; look < 100 && processIdentity(compiler) !== undefined; look += 1) await sleep(20);
    assert.equal(processIdentity(compiler), undefined);
    assert.deepEqual(await readdir(cache), []);
  });
});

async function untilWritten(file: string): Promise<number> {
  for (let look = 0; look < 500; look += 1) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.endsWith('\n')) return Number(text);
    await sleep(20);
  }
  throw new Error(`${file} was not written`);
}
