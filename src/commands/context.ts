/** What commands run on, for those who call them. */
export type { Keyring } from '../crypto/keyring.ts';
export type { Database } from '../store/database.ts';
