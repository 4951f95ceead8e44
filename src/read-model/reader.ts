/** What reads run on. They never write, and take no locks. */
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type * as schema from '../../drizzle/schema.ts';

export type Reader = NodePgDatabase<typeof schema>;

/** One page of a list; `nextCursor` is null on the last one. */
export type Page<T> = { items: T[]; nextCursor: string | null };

/** Where a page begins (exclusive), and how many items it may have. */
export type PageRequest = { cursor: string | undefined; limit: number };
