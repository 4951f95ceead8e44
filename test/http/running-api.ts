/** The application over real HTTP, on a real database, with a simulated Dropbox. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { createKeyring, type Keyring } from '../../src/crypto/keyring.ts';
import { createPayloadCodec } from '../../src/crypto/payload-codec.ts';
import { createOAuthClient } from '../../src/dropbox/oauth.ts';
import { createApp } from '../../src/http/app.ts';
import type { AppConfig, AppDeps } from '../../src/http/deps.ts';
import { describeGrantWith } from '../../src/main/api-role.ts';
import type { SimulatorOptions } from '../../src/simulator/options.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import type { Database } from '../../src/store/database.ts';
import { testDatabase } from '../support/postgres.ts';

export const ADMIN_KEY = 'sk_test_admin_key_of_the_environment';
export const CODEC_TOKEN = 'c'.repeat(43);
export const ALL_SCOPES =
  'account_info.read team_info.read team_data.member events.read members.read sessions.list members.write members.delete'.split(
    ' ',
  );

export type Answer = {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON; tests know what they asked for. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads answers of every shape
  json: any;
};

export type RunningApi = {
  url: string;
  db: Database;
  keyring: Keyring;
  simulator: Simulator;
  /** Log lines, as text. */
  logged: string[];
  /** Moves the API's clock. */
  clock: { now: Date | undefined };
  call(request: string, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
};

export type CallOptions = {
  body?: unknown;
  /** Null: no key at all. */
  key?: string | null;
  headers?: Record<string, string>;
  /** Sent as it is, in place of `body`. */
  raw?: string | Uint8Array;
};

export async function startApi({
  config = {},
  deps = {},
  simulated = {},
}: {
  config?: Partial<AppConfig>;
  deps?: Partial<AppDeps>;
  simulated?: SimulatorOptions;
} = {}): Promise<RunningApi> {
  const simulator = await startSimulator({ teamSize: 30, ...simulated });
  const { db, drop } = await testDatabase();
  const keyring = createKeyring([{ id: 'test', key: randomBytes(32) }]);
  const codec = createPayloadCodec(keyring);
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const logged: string[] = [];
  const clock: RunningApi['clock'] = { now: undefined };
  const app = { clientId: simulator.appKey, clientSecret: simulator.appSecret };
  server.on(
    'request',
    createApp({
      db,
      keyring,
      config: {
        publicUrl: url,
        adminApiKey: ADMIN_KEY,
        rateLimitPerMinute: 0,
        dormantAfter: 'P60D',
        dropbox: { appKey: simulator.appKey, scopes: ALL_SCOPES, webOrigin: simulator.origin },
        temporal: { uiUrl: 'http://localhost:8233', namespace: 'default' },
        codecToken: CODEC_TOKEN,
        ...config,
      },
      oauth: createOAuthClient({ apiOrigin: simulator.origin, ...app }),
      describeGrant: describeGrantWith({ apiOrigin: simulator.origin }),
      decodePayloads: (payloads) => codec.decode(payloads),
      log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
      clock: () => clock.now ?? new Date(),
      ...deps,
    }),
  );
  return {
    url,
    db,
    keyring,
    simulator,
    logged,
    clock,
    call: (request, options) => call({ url, request, ...options }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await simulator.close();
      await drop();
    },
  };
}

/** @param request method and path: `POST /v1/events` */
async function call({
  url,
  request,
  body,
  raw,
  key = ADMIN_KEY,
  headers = {},
}: CallOptions & { url: string; request: string }): Promise<Answer> {
  const [method = 'GET', path = '/'] = request.split(' ');
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(payload === undefined ? {} : { body: payload }),
  });
  const text = await response.text();
  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '') && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  };
}
