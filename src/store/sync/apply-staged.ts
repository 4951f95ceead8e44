/**
 * Takes staging over: seats that differ, holds learned, members. Locks go seats → claims → members, as in every step
 * on a seat.
 */
import { sql } from 'drizzle-orm';
import type { Transaction } from '../database.ts';
import { updateDifferingSeats } from './differing-seats.ts';
import { learnHolds } from './holds.ts';
import { upsertMembers } from './members-upsert.ts';
import type { RunningSync } from './running-sync.ts';
import { tellWokenSeats } from './woken-seats.ts';

export async function applyStaged({
  tx,
  run,
  emailHoldMs,
  only,
}: {
  tx: Transaction;
  run: RunningSync;
  emailHoldMs: number;
  only?: readonly string[];
}): Promise<{ joined: number; changed: number; seatsWoken: number }> {
  const ofRun = sql`l.sync_id = ${run.syncId}`;
  const among =
    only === undefined ? ofRun : sql`${ofRun} and l.team_member_id = any(${sql.param(only)}::text[])`;
  await updateDifferingSeats({ tx, run, among });
  const seatsWoken = await tellWokenSeats(tx);
  await learnHolds({ tx, run, among, emailHoldMs });
  return { ...(await upsertMembers({ tx, run, among })), seatsWoken };
}
