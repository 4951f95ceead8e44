/** What happens to a connection as a whole, as the record keeps it. */
import { eq } from 'drizzle-orm';
import { connections } from '../../../drizzle/schema.ts';
import { type Happening, OURSELVES } from '../../domain/record.ts';
import type { Transaction } from '../database.ts';
import { appendEntries } from './append-entries.ts';

type Data = Extract<Happening, { kind: 'connection' }>['data'];

export async function appendConnectionEntry({
  tx,
  connectionId,
  actor = OURSELVES,
  data,
}: {
  tx: Transaction;
  connectionId: string;
  actor?: string;
  data: Data;
}): Promise<void> {
  const [connection] = await tx
    .select({ id: connections.id, slug: connections.slug })
    .from(connections)
    .where(eq(connections.id, connectionId));
  if (connection === undefined) throw new Error(`there is no connection ${connectionId}`);
  await appendEntries({ tx, entries: [{ kind: 'connection', actor, connection, data }] });
}
