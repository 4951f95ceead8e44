/** A request that may be sent again: the same Idempotency-Key gets the same answer, for a day. */
import type { Keyring } from '../crypto/keyring.ts';
import type { Database } from '../store/database.ts';
import {
  beginRequest,
  finishRequest,
  forgetRequest,
  forgetRequestsBefore,
  type IdempotencyId,
} from '../store/idempotency.ts';

const KEPT_MS = 24 * 60 * 60_000;
/** A request without an answer for so long belongs to a process that died. */
const ABANDONED_MS = 60_000;

type Answered = { status: number; body: string };
export type Repeatable =
  | {
      outcome: 'begun';
      finish(answer: Answered): Promise<void>;
      forget(): Promise<void>;
    }
  | { outcome: 'answered'; answer: Answered }
  | { outcome: 'in progress' }
  | { outcome: 'other body' };

/**
 * @param id `route` is method and path: the same key on another path is another request
 * @param bodyHash SHA-256 of the body as it was sent: with another body the key is used wrongly
 */
export async function beginRepeatable({
  db,
  keyring,
  id,
  bodyHash,
  now,
}: {
  db: Database;
  keyring: Keyring;
  id: IdempotencyId;
  bodyHash: string;
  now: Date;
}): Promise<Repeatable> {
  const boundTo = `idempotency:${id.actor}:${id.route}:${id.key}`;
  await forgetRequestsBefore({ db, before: new Date(now.getTime() - KEPT_MS) });
  const abandonedBefore = new Date(now.getTime() - ABANDONED_MS);
  const found = await beginRequest({ db, id, bodyHash, now, abandonedBefore });
  if (found === 'begun') {
    return {
      outcome: 'begun',
      finish: ({ status, body: text }) =>
        finishRequest({ db, id, status, response: keyring.sealText({ plain: text, boundTo }) }),
      forget: () => forgetRequest({ db, id }),
    };
  }
  if (found.bodyHash !== bodyHash) return { outcome: 'other body' };
  if (found.status === null || found.response === null) return { outcome: 'in progress' };
  const text = keyring.openText({ sealed: found.response, boundTo });
  return { outcome: 'answered', answer: { status: found.status, body: text } };
}
