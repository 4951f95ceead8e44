/** What a statement over staging is given. */
import type { SQL } from 'drizzle-orm';
import type { Transaction } from '../database.ts';
import type { RunningSync } from './running-sync.ts';

/** Which rows of staging (alias `l`) are meant: all of the run, or some members only. */
export type Staged = { tx: Transaction; run: RunningSync; among: SQL };
