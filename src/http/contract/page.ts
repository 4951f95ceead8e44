/** How every list is asked for and answered. */
import { words } from './values.ts';
import { z } from './zod.ts';

const LIMIT = { error: 'must be a whole number from 1 to 1000' };

/** To be spread into a query; a value that is left empty counts as absent. */
export const pageQuery = {
  cursor: words({ max: 2_000 }).optional().openapi({ description: '`nextCursor` of the page before.' }),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, LIMIT)
    .transform(Number)
    .refine((limit) => limit <= 1_000, LIMIT)
    .default(100)
    .openapi({ type: 'integer', minimum: 1, maximum: 1_000, default: 100 }),
};

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().openapi({ description: 'Null on the last page.' }),
  });

/** `true` or `false` in a query. */
export const flag = z
  .enum(['true', 'false'])
  .transform((value) => value === 'true')
  .openapi({ type: 'boolean' });
