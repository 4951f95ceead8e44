/** zod's findings in the words of a problem. */
import type { Request } from 'express';
import type { z } from 'zod';
import type { Operation } from './contract/operation.ts';
import { type FieldError, invalid, notFound, problem } from './problems.ts';

type Issue = z.core.$ZodIssue;

/** `person.groups[2]` */
const fieldOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (field, key) =>
      typeof key === 'number' ? `${field}[${key}]` : field === '' ? String(key) : `${field}.${String(key)}`,
    '',
  );

function detailOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be of type ${issue.expected}`;
    case 'too_small':
      return issue.origin === 'string' ? 'must not be empty' : `must be at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string'
        ? `must have at most ${issue.maximum} characters`
        : issue.origin === 'array'
          ? `must have at most ${issue.maximum} items`
          : `must be at most ${issue.maximum}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    default:
      return issue.message;
  }
}

/** At most ten: a body with a thousand wrong items needs no thousand lines to be understood. */
const MOST_ERRORS = 10;

export function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues
    .flatMap((issue): FieldError[] => {
      if (issue.code !== 'unrecognized_keys') {
        return [{ field: fieldOf(issue.path), detail: detailOf(issue) }];
      }
      return issue.keys.map((key) => ({
        field: fieldOf([...issue.path, key]),
        detail: 'is not a known field',
      }));
    })
    .slice(0, MOST_ERRORS);
}

/** A parameter that is left empty (`?status=`) counts as absent. */
const givenParameters = (query: Request['query']): Record<string, unknown> =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));

/** @throws Problem 404 for a path that names nothing, 400 for a bad query, 422 for a bad body */
export function readInput({ operation, req }: { operation: Operation; req: Request }): {
  params: unknown;
  query: unknown;
  body: unknown;
} {
  const context = { reportInput: true };
  const params = operation.params.safeParse(req.params, context);
  if (!params.success) {
    if (operation.namedByPath) throw invalid(fieldErrors(params.error));
    throw notFound('such thing', `Check the path: ${operation.path}.`);
  }
  const query = operation.query.safeParse(givenParameters(req.query), context);
  if (!query.success) throw problem('bad_request', { errors: fieldErrors(query.error) });
  if (operation.bodyJudgedByRoute) return { params: params.data, query: query.data, body: req.body };
  const body = operation.body.safeParse(req.body === undefined ? {} : req.body, context);
  if (!body.success) throw invalid(fieldErrors(body.error));
  return { params: params.data, query: query.data, body: body.data };
}
