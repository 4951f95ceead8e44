/** Seats that a statement picked, kept in a table of the transaction so that their number costs no memory here. */
import { sql } from 'drizzle-orm';
import type { Transaction } from '../database.ts';
import { tellTemporal } from '../outbox.ts';

const SEATS_PER_TELLING = 1_000;

/** `was` is how the seat was before, where somebody is going to ask. */
export async function createWokenSeats(tx: Transaction): Promise<void> {
  await tx.execute(sql`create temp table woken_seats (id text primary key, was jsonb) on commit drop`);
}

/** @returns how many there are */
export async function tellWokenSeats(tx: Transaction): Promise<number> {
  let told = 0;
  for (let after = ''; ; ) {
    const { rows } = await tx.execute<{ id: string }>(
      sql`select id from woken_seats where id > ${after} order by id limit ${SEATS_PER_TELLING}`,
    );
    const last = rows.at(-1);
    if (last === undefined) return told;
    await tellTemporal({ tx, kind: 'seat', subjects: rows });
    told += rows.length;
    after = last.id;
  }
}
