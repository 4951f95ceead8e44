import { z } from 'zod';

/** What is missing or not of the shape that was promised is absent: for parts of an answer that decide nothing alone. */
export const lenient = <T extends z.ZodType>(schema: T) =>
  schema.optional().catch(undefined) as z.ZodType<z.output<T> | undefined>;

/** A time of Dropbox; absent if it is none. */
export const lenientTime = lenient(
  z
    .string()
    .refine((text) => !Number.isNaN(Date.parse(text)))
    .transform((text) => new Date(text)),
);
