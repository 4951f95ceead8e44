import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';

/**
 * A variable holds something that cannot work. The message is one sentence for the person who starts Seatkeeper:
 * the variable, what is wrong, an example. The value itself is never in it, since it may be a secret.
 */
export class ConfigError extends Error {
  readonly code = 'config_invalid';
  readonly variable: string;

  constructor({ variable, problem, example }: { variable: string; problem: string; example: string }) {
    super(`${variable} ${problem}, for example ${variable}=${example}`);
    this.name = 'ConfigError';
    this.variable = variable;
  }
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/** One AES-256 key; `key` is 32 bytes. The id is stored beside what it encrypted. */
type EncryptionKey = Readonly<{ id: string; key: Buffer }>;

/** The Dropbox app and where Dropbox is. Origins have no trailing slash. */
type DropboxConfig = Readonly<{
  app: Readonly<{ key: string; secret: string }> | undefined;
  scopes: readonly string[];
  apiOrigin: string;
  webOrigin: string;
}>;

/**
 * The Temporal SDK defines its variables itself (`@temporalio/envconfig`); `env` is what to hand to
 * `loadClientConnectConfig({ overrideEnvVars })`. `address` and `profile` are here to see whether somebody chose a server.
 */
export type TemporalConfig = Readonly<{
  address: string | undefined;
  profile: string | undefined;
  /** Unset means `default`, unless the profile that the SDK loads names another. */
  namespace: string | undefined;
  /** Where links to workflows lead, without trailing slash. */
  uiUrl: string;
  env: Readonly<Record<string, string>>;
}>;

/** Everything the environment says. Durations are in milliseconds; what `npm start` fills in may be undefined. */
export type Config = Readonly<{
  host: string;
  port: number;
  /** Without trailing slash. */
  publicUrl: string;
  /** Absolute. */
  dataDir: string;
  databaseUrl: string | undefined;
  temporal: TemporalConfig;
  dropbox: DropboxConfig;
  /** What the simulated team is like; undefined is the simulator's own choice. */
  simulator: Readonly<{
    teamSize: number | undefined;
    licences: number | undefined;
    seed: number | undefined;
  }>;
  adminApiKey: string | undefined;
  /** The first encrypts, all decrypt. Empty until made at the first start. */
  encryptionKeys: readonly EncryptionKey[];
  /** The secret part of the path of the local codec server, `/codec/<token>`. */
  codecToken: string | undefined;
  emailHoldMs: number;
  dormantAfterMs: number;
  rateLimitPerMinute: number;
  /** Where a worker shows its metrics; off unless set. */
  metricsPort: number | undefined;
  logLevel: LogLevel;
}>;

/** What one role (API or worker) cannot do without; under `npm start` the supervisor provides it all. */
export type RoleConfig = Config &
  Readonly<{
    databaseUrl: string;
    dropbox: DropboxConfig & Readonly<{ app: NonNullable<DropboxConfig['app']> }>;
  }>;

const UNIT_MS = {
  weeks: 604_800_000,
  days: 86_400_000,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1_000,
} as const;
const LONGEST_DURATION_MS = 3_650 * UNIT_MS.days;
const DURATION =
  /^P(?=.)(?:(?<weeks>\d+)W)?(?:(?<days>\d+)D)?(?:T(?=\d)(?:(?<hours>\d+)H)?(?:(?<minutes>\d+)M)?(?:(?<seconds>\d+(?:\.\d{1,3})?)S)?)?$/;

/** A check that refuses with one phrase, which becomes the middle of the sentence of a ConfigError. */
const refined = <T>(read: (value: string) => T | { problem: string }) =>
  z.string().transform((value, context): T => {
    const result = read(value);
    if (typeof result === 'object' && result !== null && 'problem' in result) {
      context.addIssue({ code: 'custom', message: result.problem });
      return z.NEVER;
    }
    return result as T;
  });

const matching = ({ pattern, problem }: { pattern: RegExp; problem: string }) =>
  refined<string>((value) => (pattern.test(value) ? value : { problem }));

const wholeNumber = ({ from, to }: { from: number; to: number }) =>
  refined<number>((value) => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    return number >= from && number <= to
      ? number
      : { problem: `must be a whole number from ${from} to ${to}` };
  });

const duration = refined<number>((value) => {
  if (/^P\d*[YM]|^P[^T]*\d[YM]/.test(value)) {
    return { problem: 'must not use years or months, because their length varies; use days or weeks' };
  }
  const parts = DURATION.exec(value)?.groups;
  if (parts === undefined) return { problem: 'must be an ISO 8601 duration' };
  const units = Object.keys(UNIT_MS) as (keyof typeof UNIT_MS)[];
  const ms = units.reduce((sum, unit) => sum + Number(parts[unit] ?? 0) * UNIT_MS[unit], 0);
  if (ms <= 0) return { problem: 'must be longer than nothing' };
  return ms <= LONGEST_DURATION_MS ? Math.round(ms) : { problem: 'must be at most ten years' };
});

const parsedUrl = (value: string): URL | undefined => (URL.canParse(value) ? new URL(value) : undefined);

const httpUrl = ({ pathAllowed }: { pathAllowed: boolean }) =>
  refined<string>((value) => {
    const url = parsedUrl(value);
    if (!url || !['http:', 'https:'].includes(url.protocol)) {
      return { problem: 'must be an address that begins with http:// or https://' };
    }
    if (url.username || url.password) return { problem: 'must not hold a user name or password' };
    if (url.search || url.hash) return { problem: 'must not have a query or a fragment' };
    if (!pathAllowed && url.pathname !== '/') return { problem: 'must be an origin, without a path' };
    return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  });

const postgresUrl = refined<string>((value) => {
  const url = parsedUrl(value);
  if (!url || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    return { problem: 'must be a PostgreSQL connection string' };
  }
  // A path of "/" alone would silently mean a database named like the user.
  return url.pathname.length > 1 ? value : { problem: 'must name a database at its end' };
});

const encryptionKeys = refined<EncryptionKey[]>((value) => {
  const keys: EncryptionKey[] = [];
  for (const entry of value.split(',')) {
    const [, id, encoded] = /^\s*([A-Za-z0-9._-]{1,64}):([A-Za-z0-9+/]{43}=?)\s*$/.exec(entry) ?? [];
    if (!id || !encoded) return { problem: 'must be a list of id:key, each key 32 bytes in base64' };
    if (keys.some((known) => known.id === id)) return { problem: `uses the id ${id} twice` };
    keys.push(Object.freeze({ id, key: Buffer.from(encoded, 'base64') }));
  }
  return keys;
});

const scopes = refined<string[]>((value) => {
  const list = [...new Set(value.trim().split(/[\s,]+/))];
  return list.every((scope) => /^[a-z_]+\.[a-z_]+$/.test(scope))
    ? list
    : { problem: 'must be Dropbox scopes with a space between them' };
});

const logLevel = refined<LogLevel>(
  (value) =>
    LOG_LEVELS.find((level) => level === value) ?? { problem: `must be one of ${LOG_LEVELS.join(', ')}` },
);

const secret = ({ least, what }: { least: number; what: string }) =>
  matching({ pattern: new RegExp(`^[\\x21-\\x7e]{${least},512}$`), problem: what });

const hostPort = matching({
  pattern: /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):\d{1,5}$/,
  problem: 'must be host:port, without http:// before it',
});

/** What a variable must look like, and the example that its error shows. The defaults are those of the README's table. */
const VARIABLES = {
  HOST: {
    schema: matching({
      pattern: /^[A-Za-z0-9.:_-]{1,253}$/,
      problem: 'must be an address or a name of this machine',
    }),
    example: '127.0.0.1',
  },
  PORT: { schema: wholeNumber({ from: 1, to: 65_535 }), example: '8080' },
  PUBLIC_URL: { schema: httpUrl({ pathAllowed: true }), example: 'https://seatkeeper.corp.example' },
  DATA_DIR: {
    schema: refined<string>((value) => (isAbsolute(value) ? value : resolve(value))),
    example: '.data',
  },
  DATABASE_URL: {
    schema: postgresUrl,
    example: 'postgres://seatkeeper:secret@db.corp.example:5432/seatkeeper',
  },
  TEMPORAL_ADDRESS: { schema: hostPort, example: 'temporal.corp.example:7233' },
  TEMPORAL_NAMESPACE: {
    schema: matching({
      pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/,
      problem: 'must be the name of a namespace: letters, digits, dots, dashes',
    }),
    example: 'default',
  },
  TEMPORAL_UI_URL: { schema: httpUrl({ pathAllowed: true }), example: 'http://localhost:8233' },
  DROPBOX_APP_KEY: {
    schema: matching({
      pattern: /^[A-Za-z0-9_-]{3,64}$/,
      problem: "must be the app key of Dropbox's App Console",
    }),
    example: 'a1b2c3d4e5f6g7h',
  },
  DROPBOX_APP_SECRET: {
    schema: secret({ least: 3, what: "must be the app secret of Dropbox's App Console, without spaces" }),
    example: 'h7g6f5e4d3c2b1a',
  },
  DROPBOX_SCOPES: { schema: scopes, example: '"team_info.read members.read"' },
  DROPBOX_API_ORIGIN: { schema: httpUrl({ pathAllowed: false }), example: 'https://api.dropboxapi.com' },
  DROPBOX_WEB_ORIGIN: { schema: httpUrl({ pathAllowed: false }), example: 'https://www.dropbox.com' },
  SIMULATOR_TEAM_SIZE: { schema: wholeNumber({ from: 1, to: 5_000_000 }), example: '2500' },
  SIMULATOR_LICENCES: { schema: wholeNumber({ from: 1, to: 9_000_000 }), example: '3000' },
  SIMULATOR_SEED: { schema: wholeNumber({ from: 0, to: 999_999_999 }), example: '2026' },
  ADMIN_API_KEY: {
    schema: secret({ least: 16, what: 'must be at least 16 characters without spaces' }),
    example: 'sk_… (make one with: openssl rand -hex 32)',
  },
  ENCRYPTION_KEYS: {
    schema: encryptionKeys,
    example: '2026-11:… (make the key with: openssl rand -base64 32)',
  },
  CODEC_TOKEN: {
    schema: matching({
      pattern: /^[A-Za-z0-9_-]{43,128}$/,
      problem: 'must be at least 43 letters, digits, - or _',
    }),
    example: '… (make one with: openssl rand -hex 32)',
  },
  EMAIL_HOLD: { schema: duration, example: 'P7D' },
  DORMANT_AFTER: { schema: duration, example: 'P60D' },
  RATE_LIMIT_PER_MINUTE: { schema: wholeNumber({ from: 0, to: 1_000_000 }), example: '600' },
  METRICS_PORT: { schema: wholeNumber({ from: 1, to: 65_535 }), example: '9464' },
  LOG_LEVEL: { schema: logLevel, example: 'info' },
} as const;

type Variable = keyof typeof VARIABLES;
type ValueOf<V extends Variable> = z.output<(typeof VARIABLES)[V]['schema']>;

const DEFAULT_SCOPES =
  'account_info.read team_info.read team_data.member events.read members.read sessions.list members.write members.delete';
const DAY_MS = UNIT_MS.days;

/**
 * Reads and checks the environment; the only place where that happens. An empty value counts as unset, because that is
 * how Compose files pass on what nobody set.
 * @throws {ConfigError} for the first variable that is wrong, in the order of the README's table.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const read = <V extends Variable>(variable: V): ValueOf<V> | undefined => {
    const value = env[variable]?.trim();
    if (!value) return undefined;
    const { schema, example } = VARIABLES[variable];
    const result = schema.safeParse(value);
    if (result.success) return result.data as ValueOf<V>;
    throw new ConfigError({ variable, problem: result.error.issues[0]?.message ?? 'is not valid', example });
  };

  const host = read('HOST') ?? '127.0.0.1';
  const port = read('PORT') ?? 8080;
  return Object.freeze({
    host,
    port,
    publicUrl: read('PUBLIC_URL') ?? `http://localhost:${port}`,
    dataDir: read('DATA_DIR') ?? resolve('.data'),
    databaseUrl: read('DATABASE_URL'),
    temporal: Object.freeze({
      address: read('TEMPORAL_ADDRESS'),
      profile: env.TEMPORAL_PROFILE || undefined,
      namespace: read('TEMPORAL_NAMESPACE'),
      uiUrl: read('TEMPORAL_UI_URL') ?? 'http://localhost:8233',
      env: temporalVariables(env),
    }),
    dropbox: readDropbox({ read }),
    simulator: Object.freeze({
      teamSize: read('SIMULATOR_TEAM_SIZE'),
      licences: read('SIMULATOR_LICENCES'),
      seed: read('SIMULATOR_SEED'),
    }),
    adminApiKey: read('ADMIN_API_KEY'),
    encryptionKeys: Object.freeze(read('ENCRYPTION_KEYS') ?? []),
    codecToken: read('CODEC_TOKEN'),
    emailHoldMs: read('EMAIL_HOLD') ?? 7 * DAY_MS,
    dormantAfterMs: read('DORMANT_AFTER') ?? 60 * DAY_MS,
    rateLimitPerMinute: read('RATE_LIMIT_PER_MINUTE') ?? 600,
    metricsPort: read('METRICS_PORT'),
    logLevel: read('LOG_LEVEL') ?? 'info',
  });
}

/**
 * The same for a process that has one role only, where nothing is embedded.
 * @throws {ConfigError} also for what such a process cannot do without.
 */
export function readRoleConfig(env: NodeJS.ProcessEnv): RoleConfig {
  const config = readConfig(env);
  const { databaseUrl } = config;
  const { app } = config.dropbox;
  const missing = (variable: Variable): ConfigError =>
    new ConfigError({ variable, problem: 'must be set', example: VARIABLES[variable].example });
  if (databaseUrl === undefined) throw missing('DATABASE_URL');
  if (app === undefined) throw missing('DROPBOX_APP_KEY');
  if (config.encryptionKeys.length === 0) throw missing('ENCRYPTION_KEYS');
  return Object.freeze({ ...config, databaseUrl, dropbox: Object.freeze({ ...config.dropbox, app }) });
}

type Read = <V extends Variable>(variable: V) => ValueOf<V> | undefined;

function readDropbox({ read }: { read: Read }): DropboxConfig {
  const key = read('DROPBOX_APP_KEY');
  const appSecret = read('DROPBOX_APP_SECRET');
  if ((key === undefined) !== (appSecret === undefined)) {
    const variable = key === undefined ? 'DROPBOX_APP_KEY' : 'DROPBOX_APP_SECRET';
    const other = key === undefined ? 'DROPBOX_APP_SECRET' : 'DROPBOX_APP_KEY';
    throw new ConfigError({
      variable,
      problem: `must be set together with ${other}`,
      example: VARIABLES[variable].example,
    });
  }
  return Object.freeze({
    app: key !== undefined && appSecret !== undefined ? Object.freeze({ key, secret: appSecret }) : undefined,
    scopes: Object.freeze(read('DROPBOX_SCOPES') ?? DEFAULT_SCOPES.split(' ')),
    apiOrigin: read('DROPBOX_API_ORIGIN') ?? 'https://api.dropboxapi.com',
    webOrigin: read('DROPBOX_WEB_ORIGIN') ?? 'https://www.dropbox.com',
  });
}

/** TEMPORAL_UI_URL is ours; every other TEMPORAL_ variable belongs to the SDK, and HOME to where it finds its file. */
function temporalVariables(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const mine = ['HOME', 'XDG_CONFIG_HOME', 'APPDATA', 'USERPROFILE'];
  const entries = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      Boolean(entry[1]) &&
      entry[0] !== 'TEMPORAL_UI_URL' &&
      (entry[0].startsWith('TEMPORAL_') || mine.includes(entry[0])),
  );
  return Object.freeze(Object.fromEntries(entries));
}
