/** Which Seatkeeper is called, and with which key. The environment is handed in; only src/main may read it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliFailure, wrongUsage } from '../failure.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type Server = Readonly<{
  /** Without trailing slash. */
  url: string;
  key: string;
}>;

const DEFAULT_URL = 'http://localhost:8080';
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** Anything else cannot stand in a header, and none of our keys holds it. */
const KEY = /^[\x21-\x7e]{1,512}$/;

/**
 * @param say is told when the key comes from a file
 * @throws {CliFailure} usage for what cannot be an address or a key, unauthorised where there is no key
 */
export async function serverOf({
  env,
  say,
}: {
  env: Environment;
  say: (line: string) => void;
}): Promise<Server> {
  const url = serverUrl(env.SEATKEEPER_URL?.trim() || DEFAULT_URL);
  const given = env.SEATKEEPER_API_KEY?.trim();
  if (given) {
    if (!KEY.test(given)) {
      throw wrongUsage('SEATKEEPER_API_KEY holds characters that no key has.', 'Set it to the key alone.');
    }
    return { url: withoutSlash(url), key: given };
  }
  // The key of this machine's own Seatkeeper must never travel to another machine.
  if (LOOPBACK.test(url.hostname)) {
    const file = join(env.DATA_DIR?.trim() || '.data', 'admin-api-key');
    const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
    if (KEY.test(kept)) {
      say(`SEATKEEPER_API_KEY is not set; using the admin key in ${file}.`);
      return { url: withoutSlash(url), key: kept };
    }
  }
  throw new CliFailure({
    exit: 'unauthorised',
    message: 'There is no API key to call Seatkeeper with.',
    nextStep: 'Set SEATKEEPER_API_KEY, or run the command where "npm start" keeps its .data folder.',
  });
}

function serverUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username || url.password) {
    throw wrongUsage(
      'SEATKEEPER_URL is not an address of Seatkeeper.',
      `Set it to one that begins with http:// or https://, for example SEATKEEPER_URL=${DEFAULT_URL}.`,
    );
  }
  return url;
}

const withoutSlash = ({ origin, pathname }: URL): string => `${origin}${pathname}`.replace(/\/+$/, '');
