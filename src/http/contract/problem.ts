/** RFC 9457 problem details, the shape of every answer that is not a success. */
import { z } from './zod.ts';

export const problem = z
  .object({
    type: z.string().openapi({ example: 'urn:seatkeeper:problem:not_found' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string().openapi({ description: 'Stable; what programs decide by.' }),
    nextStep: z.string().openapi({ description: 'What to do about it, in plain words.' }),
    requestId: z.string(),
    errors: z
      .array(z.object({ field: z.string(), detail: z.string() }))
      .optional()
      .openapi({ description: 'What is wrong with the request, one by one.' }),
  })
  .openapi('Problem');

/** What failed at Dropbox's side of a connection, in words an operator can act on. */
export const cause = z
  .object({ code: z.string(), detail: z.string(), nextStep: z.string() })
  .openapi('Cause');
