/** How the installation stands, as counts for a monitoring system: grouped in the database, no names, no addresses. */
import { sql } from 'drizzle-orm';
import type { Reader } from './reader.ts';

export type OperatingFigures = {
  /** What Temporal has yet to be told, by kind. Ages are in seconds, by the database's clock. */
  outbox: { kind: string; rows: number; oldestAgeSeconds: number }[];
  /** Changes too large for one transaction that are being worked off. */
  recomputes: { rows: number; oldestAgeSeconds: number };
  /** `attention` is the code, or null for seats that need nobody. */
  seats: { connection: string; state: string; attention: string | null; count: number }[];
  connections: {
    connection: string;
    status: string;
    /** The latest run; null when there was none. */
    syncStatus: string | null;
    /** Since the last run that succeeded; before the first one, since the team was connected. */
    syncAgeSeconds: number;
  }[];
  /** Rows with a secret in them, by the id of the key that sealed it. */
  sealed: { what: string; key: string; rows: number }[];
};

const SECONDS_SINCE = (moment: string) =>
  sql.raw(`coalesce(extract(epoch from now() - ${moment}), 0)::float8`);

/** Key ids may hold dots, what follows the last one is base64url. */
const KEY_OF = (column: string) => sql.raw(`regexp_replace(${column}, '\\.[^.]*$', '')`);

/** @throws an error of pg when the database does not answer */
export async function operatingFigures({ db }: { db: Reader }): Promise<OperatingFigures> {
  const outbox = await db.execute<OperatingFigures['outbox'][number]>(sql`
    select kind, count(*)::int as rows, ${SECONDS_SINCE('min(created_at)')} as "oldestAgeSeconds"
    from outbox group by kind`);
  const recomputes = await db.execute<OperatingFigures['recomputes']>(sql`
    select count(*)::int as rows, ${SECONDS_SINCE('min(created_at)')} as "oldestAgeSeconds" from recomputes`);
  const seats = await db.execute<OperatingFigures['seats'][number]>(sql`
    select c.slug as connection, s.state, s.attention, s.count
    from (select connection_id, state, attention->>'code' as attention, count(*)::int as count
          from seats group by 1, 2, 3) s
    join connections c on c.id = s.connection_id and c.ended_at is null`);
  const connections = await db.execute<OperatingFigures['connections'][number]>(sql`
    select c.slug as connection, c.status, latest.status as "syncStatus",
      ${SECONDS_SINCE('coalesce(succeeded.finished_at, c.created_at)')} as "syncAgeSeconds"
    from connections c
    left join lateral (select status from syncs where connection_id = c.id
      order by started_at desc limit 1) latest on true
    left join lateral (select finished_at from syncs where connection_id = c.id and status = 'succeeded'
      order by started_at desc limit 1) succeeded on true
    where c.ended_at is null`);
  const sealed = await db.execute<OperatingFigures['sealed'][number]>(sql`
    select 'grant' as what, ${KEY_OF('refresh_token')} as key, count(*)::int as rows from grants group by 2
    union all
    select 'record_key', ${KEY_OF('sealed_key')}, count(*)::int from record_keys group by 2`);
  return {
    outbox: outbox.rows,
    recomputes: recomputes.rows[0] ?? { rows: 0, oldestAgeSeconds: 0 },
    seats: seats.rows,
    connections: connections.rows,
    sealed: sealed.rows,
  };
}
