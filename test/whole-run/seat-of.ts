/** Seats as the API shows them, in a whole run. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WholeRun } from '../support/whole-run.ts';

export type ShownSeat = {
  connection: string;
  state: string;
  memberStatus: string | null;
  emailHold?: { until: string };
  workflowId: string;
  temporalUrl: string;
};

export async function seatOf({ run, person }: { run: WholeRun; person: string }): Promise<ShownSeat | null> {
  const { body } = await run.call<{ seats?: ShownSeat[] }>(`GET /v1/people/${person}`);
  return body.seats?.[0] ?? null;
}

export async function untilSeat({
  run,
  person,
  is,
  withinMs = 30_000,
}: {
  run: WholeRun;
  person: string;
  is: string;
  withinMs?: number;
}): Promise<ShownSeat> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const seat = await seatOf({ run, person });
    if (seat?.state === is) return seat;
    if (Date.now() > deadline) {
      throw new Error(`after ${withinMs} ms the seat of ${person} is ${JSON.stringify(seat)}, not ${is}`);
    }
    await sleep(100);
  }
}

/** States of everybody's seat whose external id begins like this, in one call. */
export async function untilAll({
  run,
  begins,
  count,
  is,
  withinMs,
}: {
  run: WholeRun;
  begins: string;
  count: number;
  is: string;
  withinMs: number;
}): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const { body } = await run.call<{ items: { externalId: string; seats: ShownSeat[] }[] }>(
      'GET /v1/people?limit=1000',
    );
    const states = body.items
      .filter(({ externalId }) => externalId.startsWith(begins))
      .map(({ seats }) => seats[0]?.state ?? 'none');
    if (states.filter((state) => state === is).length === count) return;
    if (Date.now() > deadline) throw new Error(`after ${withinMs} ms: ${states.join(' ')}`);
    await sleep(250);
  }
}
