/** Seats that a sync found different from what was known, page by page, as the record keeps them. */
import { sql } from 'drizzle-orm';
import { OURSELVES, type RecordEntry } from '../../domain/record.ts';
import type { Transaction } from '../database.ts';
import { appendEntries } from '../record/append-entries.ts';
import { type SeatMark, seatChange } from '../record/seat-entries.ts';
import type { RunningSync } from './running-sync.ts';

const SEATS_PER_PAGE = 1_000;

type Row = {
  id: string;
  person: string;
  plan: number;
  was: Omit<SeatMark, 'holdUntil'>;
  now: Omit<SeatMark, 'holdUntil'>;
};

/** @param run whose `woken_seats` hold the seats that changed, with how each was before */
export async function putDifferencesOnRecord({
  tx,
  run,
}: {
  tx: Transaction;
  run: RunningSync;
}): Promise<void> {
  const { connectionId: id, slug, settingsVersion: settings } = run;
  for (let after = ''; ; ) {
    const { rows } = await tx.execute<Row>(sql`
      select s.id, s.person_id as person, s.plan_version as plan, w.was,
        jsonb_build_object('state', s.state, 'attention', s.attention, 'waiting', s.waiting, 'skipped', s.skipped)
          as now
      from woken_seats w join seats s on s.id = w.id
      where w.id > ${after} order by w.id limit ${SEATS_PER_PAGE}`);
    const last = rows.at(-1);
    if (last === undefined) return;
    const entries = rows.flatMap(({ person, plan, was, now }): RecordEntry[] => {
      const change = seatChange({ before: { ...was, holdUntil: null }, after: { ...now, holdUntil: null } });
      if (change?.kind !== 'seat') return [];
      const data = { ...change.data, seenBySync: true as const };
      return [{ kind: 'seat', actor: OURSELVES, person, connection: { id, slug }, plan, settings, data }];
    });
    await appendEntries({ tx, entries });
    after = last.id;
  }
}
