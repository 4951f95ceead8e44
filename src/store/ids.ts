/** Ids of ours: a prefix that says what it is, and 120 random bits. Opaque to everybody else. */
import { randomBytes } from 'node:crypto';

export type IdPrefix = 'auth' | 'con' | 'key' | 'person' | 'seat' | 'sync';

export const newId = (prefix: IdPrefix): string => `${prefix}_${randomBytes(15).toString('hex')}`;
