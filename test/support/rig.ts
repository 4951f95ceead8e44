/**
 * Everything but HTTP, on real parts: a database of its own, the shared Temporal server, a simulator of its own and
 * the worker role in this process. One connection, made as the API makes it.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { desc, eq } from 'drizzle-orm';
import pino, { type Logger } from 'pino';
import { intents, seats } from '../../drizzle/schema.ts';
import { type Assignments, putAssignments } from '../../src/commands/assignments.ts';
import { acceptEvents, type IncomingEvent } from '../../src/commands/events.ts';
import { putSettings } from '../../src/commands/provisioning.ts';
import { readRoleConfig } from '../../src/config.ts';
import { dataConverter } from '../../src/crypto/data-converter.ts';
import { createKeyring, type Keyring } from '../../src/crypto/keyring.ts';
import { defaultSettings, type Settings } from '../../src/domain/settings.ts';
import { startWorkerRole } from '../../src/main/worker-role.ts';
import type { SimulatorOptions } from '../../src/simulator/options.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { wakeWaitingSeats } from '../../src/store/connection-checks.ts';
import { insertConnection, replaceGrant } from '../../src/store/connections.ts';
import type { Database } from '../../src/store/database.ts';
import type { Seat } from '../../src/store/seats/seat-case.ts';
import { testDatabase } from './postgres.ts';
import { testTemporal } from './temporal.ts';

export type Rig = {
  db: Database;
  keyring: Keyring;
  simulator: Simulator;
  client: Client;
  connectionId: string;
  slug: string;
  /** Sends events and fails the test if one is refused. */
  send(...events: IncomingEvent[]): Promise<void>;
  /** Replaces the settings; both actions are on unless the change says otherwise. */
  settings(change: Partial<Settings>): Promise<void>;
  assign(assignments: Partial<Assignments>): Promise<void>;
  seat(personId: string): Promise<Seat>;
  /** Waits until the seat of this person is as wanted, and says how it is when it never gets there. */
  until(personId: string, wanted: (seat: Seat) => boolean, timeoutMs?: number): Promise<Seat>;
  effects(
    kind: string,
  ): { email: string | null; externalId: string | null; details: Record<string, unknown> }[];
  /** A new grant for a connection that lost its own, and the seats that wait for it woken, as the callback does. */
  reconnect(): Promise<void>;
  /** What really changed in Dropbox for this person through the API, in order. */
  effectsOf(personId: string): string[];
  /** Calls that name this person, by external id or address, in order. */
  callsAbout(text: string): { route: string; atMs: number }[];
  startWorker(): Promise<void>;
  stopWorker(): Promise<void>;
  stop(): Promise<void>;
};

const NOT_ACTING = defaultSettings({ dormantAfter: 'P60D' });

/** Provisions, not silently, and de-provisions. */
export const ACTING: Settings = {
  ...NOT_ACTING,
  provision: { enabled: true, silent: false },
  deprovision: { ...NOT_ACTING.deprovision, enabled: true },
};

const settled = (seat: Seat): boolean => seat.judgedPlan === seat.planVersion;

export async function startRig({
  emailHoldMs = 2_000,
  team = {},
  everyone = true,
  encryptionKey = `k1:${randomBytes(32).toString('base64')}`,
  temporalAddress,
  log = pino({ level: 'silent' }),
}: {
  emailHoldMs?: number;
  team?: Partial<SimulatorOptions>;
  everyone?: boolean;
  /** `id:base64`; a known one where what was encrypted is read later. */
  encryptionKey?: string;
  /** Another server than the shared one; whoever started it ends what runs there. */
  temporalAddress?: string;
  /** The worker's. */
  log?: Logger;
} = {}): Promise<Rig> {
  const database = await testDatabase();
  const address = temporalAddress ?? (await testTemporal()).address;
  const simulator = await startSimulator({
    teamSize: 12,
    licences: 100,
    recoverWindowMs: emailHoldMs,
    settings: { asyncProbability: 0 },
    ...team,
  });
  const { db } = database;
  const config = readRoleConfig({
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: address,
    DROPBOX_APP_KEY: simulator.appKey,
    DROPBOX_APP_SECRET: simulator.appSecret,
    DROPBOX_API_ORIGIN: simulator.origin,
    DROPBOX_WEB_ORIGIN: simulator.origin,
    ENCRYPTION_KEYS: encryptionKey,
    EMAIL_HOLD: `PT${emailHoldMs / 1_000}S`,
  });
  const keyring = createKeyring(config.encryptionKeys);
  const slug = `rig-${randomBytes(4).toString('hex')}`;
  const connectionId = `con_${slug}`;
  const { refreshToken, scopes } = simulator.issueTokens();
  const overview = simulator.team();
  const { admin } = overview;
  if (admin === null) throw new Error('the simulated team has no admin');
  await db.transaction((tx) =>
    insertConnection({
      tx,
      connection: {
        id: connectionId,
        slug,
        name: slug,
        teamId: overview.id,
        teamName: overview.name,
        adminMemberId: admin.teamMemberId,
        adminEmail: admin.email,
        scopes: [...scopes],
      },
      settings: ACTING,
      actor: 'test',
      refreshToken: keyring.sealText({ plain: refreshToken, boundTo: `grant:${connectionId}` }),
    }),
  );
  await putAssignments({
    db,
    connectionId,
    assignments: { everyone, groups: [], people: [] },
    actor: 'test',
    now: new Date(),
  });
  const link = await Connection.connect({ address });
  const client = new Client({ connection: link, dataConverter: dataConverter(keyring) });
  let worker: Awaited<ReturnType<typeof startWorkerRole>> | null = null;

  const seat = async (personId: string): Promise<Seat> => {
    const [row] = await db.select().from(seats).where(eq(seats.personId, personId));
    if (row === undefined) throw new Error(`no seat of ${personId}`);
    return row;
  };
  const rig: Rig = {
    db,
    keyring,
    simulator,
    client,
    connectionId,
    slug,
    send: async (...events) => {
      const { refused } = await acceptEvents({
        db,
        keyring,
        events,
        actor: 'test',
        now: new Date(),
        dryRun: false,
      });
      if (refused.length > 0) throw new Error(`refused: ${JSON.stringify(refused)}`);
    },
    settings: async (change) => {
      await putSettings({ db, keyring, connectionId, settings: { ...ACTING, ...change }, actor: 'test' });
    },
    assign: async ({ everyone = false, groups = [], people = [] }) => {
      const assignments = { everyone, groups, people };
      await putAssignments({ db, connectionId, assignments, actor: 'test', now: new Date() });
    },
    seat,
    until: async (personId, wanted, timeoutMs = 15_000) => {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const now = await seat(personId).catch(() => null);
        if (now !== null && settled(now) && wanted(now)) return now;
        if (Date.now() > deadline) {
          const tries = await db.select().from(intents).orderBy(desc(intents.id)).limit(5);
          throw new Error(`seat of ${personId} is ${JSON.stringify(now)}; intents ${JSON.stringify(tries)}`);
        }
        await sleep(50);
      }
    },
    effects: (kind) =>
      simulator.ledger
        .effects()
        .filter((effect) => effect.kind === kind && effect.by === 'api')
        .map(({ email, externalId, details }) => ({ email, externalId, details })),
    reconnect: async () => {
      const granted = simulator.issueTokens();
      await db.transaction(async (tx) => {
        await replaceGrant({
          tx,
          connectionId,
          actor: 'test',
          refreshToken: keyring.sealText({ plain: granted.refreshToken, boundTo: `grant:${connectionId}` }),
          about: {
            teamName: overview.name,
            adminMemberId: admin.teamMemberId,
            adminEmail: admin.email,
            scopes: [...granted.scopes],
            status: 'connected',
          },
          now: new Date(),
        });
        await wakeWaitingSeats({ tx, connectionId, nowMs: Date.now() });
      });
    },
    effectsOf: (personId) =>
      simulator.ledger
        .effects({ externalId: personId })
        .filter(({ by }) => by === 'api')
        .map(({ kind }) => kind),
    callsAbout: (text) =>
      simulator.ledger
        .calls()
        .filter(({ body }) => JSON.stringify(body ?? null).includes(JSON.stringify(text)))
        .map(({ route, at }) => ({ route, atMs: Date.parse(at) })),
    startWorker: async () => {
      worker = await startWorkerRole({ config, log });
    },
    stopWorker: async () => {
      await worker?.stop();
      worker = null;
    },
    stop: async () => {
      await rig.stopWorker();
      if (temporalAddress === undefined) await terminateAll({ client, slug });
      await link.close();
      await simulator.close();
      await database.drop();
    },
  };
  await rig.startWorker();
  return rig;
}

/** The Temporal server is shared: lifecycles of a dropped database must not retry for ever. */
async function terminateAll({ client, slug }: { client: Client; slug: string }): Promise<void> {
  const query = `SeatConnection = '${slug}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of client.workflow.list({ query })) {
    await client.workflow
      .getHandle(workflowId)
      .terminate()
      .catch(() => {});
  }
}

let counter = 0;

/** A joiner's event with ids of its own, unless given. */
export function joiner(
  externalId: string,
  over: Partial<Omit<IncomingEvent, 'person'>> & {
    person?: Partial<NonNullable<IncomingEvent['person']>>;
  } = {},
): IncomingEvent {
  counter += 1;
  const { person, ...rest } = over;
  return {
    id: `evt-${counter}-${randomBytes(3).toString('hex')}`,
    type: 'joiner',
    ...rest,
    person: {
      externalId,
      email: `${externalId.toLowerCase()}@corp.example`,
      givenName: 'Given',
      surname: 'Surname',
      ...person,
    },
  };
}

/** Any other event about one person; `person` adds fields. */
export const fact = (
  type: 'leaver' | 'mover' | 'suspension' | 'reinstatement',
  externalId: string,
  over: Partial<Omit<IncomingEvent, 'person'>> & {
    person?: Partial<NonNullable<IncomingEvent['person']>>;
  } = {},
): IncomingEvent => {
  counter += 1;
  const { person, ...rest } = over;
  return {
    id: `evt-${counter}-${randomBytes(3).toString('hex')}`,
    type,
    ...rest,
    person: { externalId, ...person },
  };
};

export const leaver = (
  externalId: string,
  over: Partial<Omit<IncomingEvent, 'person'>> = {},
): IncomingEvent => fact('leaver', externalId, over);

/** A moment from now, as HR writes it. */
export const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
