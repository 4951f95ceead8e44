/** One call of the API: what comes in, who may, what comes out. Routing, checks and OpenAPI are made from it. */
import { z } from './zod.ts';

export const ROLES = ['admin', 'operator', 'hr', 'scim', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

export const ADMINS: readonly Role[] = ['admin'];
/** All but keys and settings. */
export const OPERATORS: readonly Role[] = ['admin', 'operator'];
export const READERS: readonly Role[] = ['admin', 'operator', 'auditor'];
export const EVENT_SENDERS: readonly Role[] = ['admin', 'operator', 'hr'];

export const NOTHING = z.strictObject({});

export type Operation<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> = {
  /** Also the `operationId`. */
  id: string;
  method: 'get' | 'post' | 'put' | 'delete';
  /** OpenAPI's notation: `/v1/people/{externalId}`. */
  path: `/${string}`;
  tag: string;
  summary: string;
  description?: string;
  roles: readonly Role[];
  params: Params;
  query: Query;
  /** `NOTHING` where none is read; an absent body counts as `{}`. */
  body: Body;
  /** The route itself holds the body against the schema, item by item. */
  bodyJudgedByRoute?: boolean;
  status: 200 | 201 | 202 | 204;
  answer: Answer;
  /** Other media types in which it can be answered. */
  alsoAnswers?: Readonly<Record<string, z.ZodType>>;
  /** Statuses of problems beside those that every call can end in. */
  refusals?: readonly (404 | 409 | 422)[];
  /** The path names what is to be created, so that a bad name is 422 and not 404. */
  namedByPath?: boolean;
};

/** Only so that the compiler infers the four schemas. */
export const operation = <
  P extends z.ZodObject,
  Q extends z.ZodObject,
  B extends z.ZodType,
  A extends z.ZodType,
>(
  described: Operation<P, Q, B, A>,
): Operation<P, Q, B, A> => described;
