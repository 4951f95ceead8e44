import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../src/config.ts';
import { keptSecrets } from '../../../src/main/startup/secrets.ts';

describe('the secrets made at the first start', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'seatkeeper-secrets-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('are strong, accepted by the configuration, and the same at the next start', async () => {
    const first = await keptSecrets({ env: {}, dataDir });
    assert.match(first.ADMIN_API_KEY.value, /^sk_[A-Za-z0-9_-]{43}$/);
    assert.match(first.CODEC_TOKEN.value, /^[A-Za-z0-9_-]{43}$/);
    const config = readConfig({
      ADMIN_API_KEY: first.ADMIN_API_KEY.value,
      ENCRYPTION_KEYS: first.ENCRYPTION_KEYS.value,
      CODEC_TOKEN: first.CODEC_TOKEN.value,
    });
    assert.equal(config.encryptionKeys[0]?.key.length, 32);
    assert.deepEqual(await keptSecrets({ env: {}, dataDir }), first);
  });

  it('are for their owner only, even after somebody opened a file to others', async () => {
    const { ADMIN_API_KEY } = await keptSecrets({ env: {}, dataDir });
    await chmod(ADMIN_API_KEY.file ?? '', 0o644);
    await keptSecrets({ env: {}, dataDir });
    for (const name of await readdir(dataDir))
      assert.equal((await stat(join(dataDir, name))).mode & 0o777, 0o600);
    assert.equal(await readFile(join(dataDir, 'admin-api-key'), 'utf8'), `${ADMIN_API_KEY.value}\n`);
  });

  it('are not made where the environment gives them', async () => {
    const env = { ADMIN_API_KEY: 'given-by-the-environment', ENCRYPTION_KEYS: 'a:b', CODEC_TOKEN: 'c' };
    const secrets = await keptSecrets({ env, dataDir });
    assert.deepEqual(secrets.ADMIN_API_KEY, { value: 'given-by-the-environment', file: undefined });
    assert.deepEqual(await readdir(dataDir), []);
  });
});
