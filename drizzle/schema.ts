/**
 * Every table. What is true lives here; workflows only carry what they need to take the next step.
 *
 * Rules that hold for all of them:
 * 1. Times are `timestamptz`. Hold times are by Dropbox's clock (its `Date` header), all others by ours.
 * 2. Secrets are ciphertext bound to their row (src/crypto/keyring.ts).
 * 3. A plan version never goes down, and a fact, plan, intent or settings version is never rewritten.
 */

export type { Problem } from './tables/column.ts';
export * from './tables/connections.ts';
export * from './tables/directory.ts';
export * from './tables/members.ts';
export * from './tables/record.ts';
export * from './tables/seats.ts';
export * from './tables/usage.ts';
