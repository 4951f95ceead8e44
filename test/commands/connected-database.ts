/** A database with one connection that acts, and nobody behind it: for commands, which only write. */
import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { people, plans, seats } from '../../drizzle/schema.ts';
import { acceptEvents, type EventsAnswer, type IncomingEvent } from '../../src/commands/events.ts';
import { createKeyring, type Keyring } from '../../src/crypto/keyring.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { insertConnection } from '../../src/store/connections.ts';
import type { Database } from '../../src/store/database.ts';
import { testDatabase } from '../support/postgres.ts';
import { ACTING } from '../support/rig.ts';

export type ConnectedDatabase = {
  db: Database;
  keyring: Keyring;
  connectionId: string;
  send(events: IncomingEvent[], over?: { now?: Date; dryRun?: boolean }): Promise<EventsAnswer>;
  plan(personId: string): Promise<Plan | null>;
  /** What is desired now and later, without dates. */
  desired(personId: string): Promise<string[]>;
  versions(personId: string): Promise<number[]>;
  email(personId: string): Promise<string | null>;
  drop(): Promise<void>;
};

export async function connectedDatabase(scopes?: string[]): Promise<ConnectedDatabase> {
  const { db, drop } = await testDatabase();
  const keyring = createKeyring([{ id: 'k1', key: randomBytes(32) }]);
  const connectionId = `con_${randomBytes(4).toString('hex')}`;
  await db.transaction((tx) =>
    insertConnection({
      tx,
      connection: {
        id: connectionId,
        slug: connectionId.replace('_', '-'),
        name: 'Team',
        teamId: 'dbtid:1',
        teamName: 'Team',
        adminMemberId: 'dbmid:1',
        adminEmail: 'admin@corp.example',
        scopes: scopes ?? ['members.write', 'members.delete'],
      },
      settings: ACTING,
      actor: 'test',
      refreshToken: 'sealed',
    }),
  );
  const plan = async (personId: string): Promise<Plan | null> => {
    const [row] = await db.select({ plan: seats.plan }).from(seats).where(eq(seats.personId, personId));
    return row?.plan ?? null;
  };
  return {
    db,
    keyring,
    connectionId,
    drop,
    plan,
    send: (events, { now = new Date(), dryRun = false } = {}) =>
      acceptEvents({ db, keyring, events, actor: 'test', now, dryRun }),
    desired: async (personId) => (await plan(personId))?.steps.map(({ desired }) => desired) ?? [],
    versions: async (personId) => {
      const rows = await db
        .select({ version: plans.version })
        .from(plans)
        .innerJoin(seats, eq(seats.id, plans.seatId))
        .where(eq(seats.personId, personId))
        .orderBy(plans.version);
      return rows.map(({ version }) => version);
    },
    email: async (personId) => {
      const [row] = await db.select().from(people).where(eq(people.externalId, personId));
      return row?.slices[0]?.email ?? null;
    },
  };
}
