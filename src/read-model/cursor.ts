/** Cursors are the sort keys of the last item: pages stay right while rows come and go. Opaque to callers. */
import type { Page } from './reader.ts';

/** A cursor that no page gave. */
export class InvalidCursor extends Error {
  readonly code = 'invalid_cursor';
}

const encodeCursor = (keys: readonly string[]): string =>
  Buffer.from(JSON.stringify(keys)).toString('base64url');

/**
 * @param keys how many sort keys the list has
 * @param times which of them are times
 * @param numbers which of them are whole numbers
 * @returns null at the beginning
 * @throws {InvalidCursor}
 */
export function decodeCursor({
  cursor,
  keys,
  times = [],
  numbers = [],
}: {
  cursor: string | undefined;
  keys: number;
  times?: readonly number[];
  numbers?: readonly number[];
}): string[] | null {
  if (cursor === undefined) return null;
  let decoded: unknown;
  try {
    decoded = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw new InvalidCursor();
  }
  const isKeys =
    Array.isArray(decoded) &&
    decoded.length === keys &&
    decoded.every(isKey) &&
    times.every((i) => isTime(decoded[i])) &&
    numbers.every((i) => /^-?\d{1,15}$/.test(decoded[i]));
  if (!isKeys) throw new InvalidCursor();
  return decoded as string[];
}

/** Exactly as `Date` writes it, within the years that PostgreSQL reads the same way. */
const isTime = (key: string): boolean =>
  /^\d{4}-\d\d-\d\dT/.test(key) && !Number.isNaN(Date.parse(key)) && new Date(key).toISOString() === key;

// NUL and halves of surrogate pairs would be refused by PostgreSQL only.
const isKey = (key: unknown): boolean => typeof key === 'string' && !/[\0\p{Cs}]/u.test(key);

/** @param rows one more than `limit` was asked for, to know whether there is another page */
export function pageOf<T>({
  rows,
  limit,
  keysOf,
}: {
  rows: readonly T[];
  limit: number;
  keysOf: (row: T) => readonly string[];
}): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(keysOf(last)) : null };
}

/** Rows become items; where the next page begins stays the same. */
export const mapPage = <T, U>({ page, item }: { page: Page<T>; item: (row: T) => U }): Page<U> => ({
  items: page.items.map(item),
  nextCursor: page.nextCursor,
});
