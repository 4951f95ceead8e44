import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A secret and the file that holds it; no file when it came with the environment. */
type Secret = Readonly<{ value: string; file: string | undefined }>;
export type Secrets = Readonly<Record<'ADMIN_API_KEY' | 'ENCRYPTION_KEYS' | 'CODEC_TOKEN', Secret>>;

const token = (): string => randomBytes(32).toString('base64url');

const MADE: Readonly<Record<keyof Secrets, { name: string; make: () => string }>> = {
  ADMIN_API_KEY: { name: 'admin-api-key', make: () => `sk_${token()}` },
  // The date tells a person which key is the older one.
  ENCRYPTION_KEYS: {
    name: 'encryption-keys',
    make: () => `${new Date().toISOString().slice(0, 10)}:${randomBytes(32).toString('base64')}`,
  },
  CODEC_TOKEN: { name: 'codec-token', make: token },
};

/** What the environment gives, else what `DATA_DIR` holds, else made now and kept there for this user's eyes only. */
export async function keptSecrets({
  env,
  dataDir,
}: {
  env: NodeJS.ProcessEnv;
  dataDir: string;
}): Promise<Secrets> {
  const secret = async (variable: keyof Secrets): Promise<Secret> => {
    const given = env[variable]?.trim();
    if (given) return { value: given, file: undefined };
    const { name, make } = MADE[variable];
    const file = join(dataDir, name);
    const kept = (await readFile(file, 'utf8').catch(ignoreMissing))?.trim();
    if (!kept) return { value: await keep({ file, value: make() }), file };
    await chmod(file, 0o600);
    return { value: kept, file };
  };
  return {
    ADMIN_API_KEY: await secret('ADMIN_API_KEY'),
    ENCRYPTION_KEYS: await secret('ENCRYPTION_KEYS'),
    CODEC_TOKEN: await secret('CODEC_TOKEN'),
  };
}

/** Whole or not at all: half an encryption key would be believed at the next start. */
async function keep({ file, value }: { file: string; value: string }): Promise<string> {
  const partial = `${file}.${process.pid}.partial`;
  await rm(partial, { force: true });
  await writeFile(partial, `${value}\n`, { mode: 0o600, flag: 'wx', flush: true });
  await rename(partial, file);
  return value;
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
