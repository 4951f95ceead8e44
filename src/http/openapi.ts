/** The OpenAPI document, made from the operations that are really routed. */
import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import { PRODUCT_VERSION } from '../domain/product-version.ts';
import type { Operation } from './contract/operation.ts';
import { problem } from './contract/problem.ts';
import { z } from './contract/zod.ts';

const DESCRIPTION = `Keeps Dropbox Business teams in step with HR.

Times are RFC 3339, in UTC on output; durations are ISO 8601; ids are opaque. Unknown fields are refused; a parameter
of a query that is left empty counts as absent. Lists are paged: pass \`nextCursor\` as \`cursor\`. Every answer carries \`X-Request-Id\`; errors are RFC 9457 problem details with a
\`code\` for programs and a \`nextStep\` for people. A POST may carry an \`Idempotency-Key\`: for a day, the same request
with the same key gets the same answer and does nothing.`;

const STATUSES: Record<number, string> = {
  400: 'The request cannot be read.',
  401: 'No API key, or one that is not valid.',
  403: 'The role of the key does not allow it.',
  404: 'What the path names does not exist.',
  409: 'The present state does not allow it.',
  413: 'The body is larger than 1 MiB.',
  415: 'The body is not JSON.',
  422: 'The body can be read and makes no sense.',
  429: 'Too many requests; Retry-After says when to go on.',
  503: 'The database, or Temporal where histories are asked for, cannot be reached; nothing was stored.',
};

const problemAnswer = (status: number) => ({
  description: STATUSES[status] ?? 'A problem.',
  content: { 'application/problem+json': { schema: problem } },
  ...(status === 429 ? { headers: z.object({ 'Retry-After': z.string() }) } : {}),
});

const idempotencyKey = z.object({
  'Idempotency-Key': z.string().min(1).max(255).optional().openapi({ pattern: '^[!-~]+$' }),
});

const isVoid = (schema: z.ZodType): boolean => schema instanceof z.ZodUndefined;
const isEmpty = (schema: z.ZodType): boolean =>
  schema instanceof z.ZodObject && Object.keys(schema.shape).length === 0;

/** As `readInput` sees it: what is left empty counts as absent. */
const mayBeEmpty = (query: z.ZodObject): z.ZodObject =>
  z.object(
    Object.fromEntries(
      Object.entries(query.shape).map(([name, schema]) => [
        name,
        (schema as z.ZodType).openapi({ param: { allowEmptyValue: true } }),
      ]),
    ),
  );

function routeOf(operation: Operation): RouteConfig {
  const { id, method, path, tag, summary, description, roles, params, query, body, status, answer } =
    operation;
  const takesBody = (method === 'post' || method === 'put') && !isEmpty(body);
  const bodyStatuses = method === 'post' || method === 'put' ? [413, 415, 422] : [];
  const statuses = [400, 401, 403, 429, 503, ...bodyStatuses, ...(operation.refusals ?? [])];
  const problems = [...new Set(statuses)].map((code) => [code, problemAnswer(code)] as const);
  const others = Object.fromEntries(
    Object.entries(operation.alsoAnswers ?? {}).map(([type, schema]) => [type, { schema }]),
  );
  const success = isVoid(answer)
    ? { description: 'Done.' }
    : { description: 'Done.', content: { 'application/json': { schema: answer }, ...others } };
  return {
    operationId: id,
    method,
    path,
    tags: [tag],
    summary,
    description: [description, `Roles: ${roles.join(', ')}.`].filter(Boolean).join('\n\n'),
    security: [{ apiKey: [] }],
    request: {
      params,
      query: mayBeEmpty(query),
      ...(method === 'post' ? { headers: idempotencyKey } : {}),
      ...(takesBody
        ? { body: { content: { 'application/json': { schema: body } }, required: !acceptsNothing(body) } }
        : {}),
    },
    responses: { [status]: success, ...Object.fromEntries(problems) },
  };
}

const acceptsNothing = (body: z.ZodType): boolean => body.safeParse({}).success;

export function openApiDocument({
  operations,
  basePath,
}: {
  operations: readonly Operation[];
  /** Path of PUBLIC_URL, without trailing slash. */
  basePath: string;
}) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'apiKey', { type: 'http', scheme: 'bearer' });
  for (const operation of operations) registry.registerPath(routeOf(operation));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: { title: 'Seatkeeper', version: PRODUCT_VERSION, description: DESCRIPTION },
    // Relative: right under every name by which this machine is reached.
    servers: [{ url: basePath === '' ? '/' : basePath }],
  });
}
