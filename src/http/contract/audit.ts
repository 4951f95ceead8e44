import type { RecordKind } from '../../domain/record.ts';
import { NOTHING, operation, READERS } from './operation.ts';
import { pageOf, pageQuery } from './page.ts';
import { externalId, instant, text, time } from './values.ts';
import { z } from './zod.ts';

const KINDS: Record<RecordKind, true> = {
  fact: true,
  plan: true,
  decision: true,
  action: true,
  outcome: true,
  seat: true,
  settings: true,
  assignments: true,
  connection: true,
  authorization: true,
  api_key: true,
  sign_in: true,
  refusal: true,
  sync: true,
};

export const recordKind = z.enum(Object.keys(KINDS) as RecordKind[]);

export const personalValues = {
  personal: z.record(z.string(), z.string()).nullable().optional().openapi({
    description: 'Names and addresses that belong to the entry. Null: they cannot be read; `note` says why.',
  }),
  note: z.enum(['erased', 'key_missing']).optional().openapi({
    description: "`erased`: the person's key was deleted. `key_missing`: ENCRYPTION_KEYS lacks a key.",
  }),
};

const auditItem = z
  .object({
    position: z.number().int().openapi({ description: 'Place in the record: 0, 1, 2 … without gaps.' }),
    at: time,
    kind: recordKind,
    summary: z.string(),
    actor: z.string(),
    cause: z.string().nullable(),
    person: z.string().optional().openapi({ description: 'External id.' }),
    connection: z.string().optional().openapi({ description: 'Slug.' }),
    plan: z.number().int().optional().openapi({ description: 'Version of the plan that it was judged by.' }),
    settings: z.number().int().optional().openapi({ description: 'Version of the settings.' }),
    details: z.record(z.string(), z.unknown()),
    ...personalValues,
    leafHash: z.string().openapi({
      description: 'SHA-256 of a zero byte and the entry as it is kept, in hex (RFC 9162, section 2.1.1).',
    }),
  })
  .openapi('AuditItem');

const filter = {
  person: externalId.optional(),
  connection: text({ max: 120 }).optional().openapi({ description: 'Id or slug, of an ended one too.' }),
  kind: recordKind.optional(),
  from: instant.optional().openapi({ description: 'Not before this moment.' }),
  to: instant.optional().openapi({ description: 'Before this moment.' }),
};

const tag = 'Audit';

export const listAudit = operation({
  id: 'listAudit',
  method: 'get',
  path: '/v1/audit',
  tag,
  summary: 'The record, in its order',
  description:
    'Every fact, plan, decision, action, outcome, change, sign-in and refusal. An entry appears when it has its place, a moment after it was written, and never changes.',
  roles: READERS,
  params: NOTHING,
  query: z.strictObject({ ...filter, ...pageQuery }),
  body: NOTHING,
  status: 200,
  answer: pageOf(auditItem),
  refusals: [404],
});

const NDJSON = z.string().openapi({
  description:
    'Without a person: one entry of the record a line, as /v1/audit lists them, with `leaf` in base64.',
});

export const exportAudit = operation({
  id: 'exportAudit',
  method: 'get',
  path: '/v1/audit/export',
  tag,
  summary: 'The record as a file; for one person with the history of every workflow',
  description:
    'With a person: one JSON document with their entries, seats and workflow histories, which can be replayed. Without: entries only, one a line. If something fails midway the connection is cut, and the document does not end with `"complete":true`.',
  roles: READERS,
  params: NOTHING,
  query: z.strictObject(filter),
  body: NOTHING,
  status: 200,
  answer: z
    .looseObject({ format: z.string(), version: z.number().int(), exportedAt: time, person: z.string() })
    .openapi('AuditExport'),
  alsoAnswers: { 'application/x-ndjson': NDJSON },
  refusals: [404],
});
