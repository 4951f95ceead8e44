/** Columns and values that several tables share. */
import { timestamp } from 'drizzle-orm/pg-core';

export const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 });

export const createdAt = () => at('created_at').notNull().defaultNow();

/** What failed, in words an operator can act on; no personal data, no secrets. */
export type Problem = { code: string; detail: string; nextStep: string };
