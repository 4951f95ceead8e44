import { authorizationRequest, begunAuthorization } from './authorizations.ts';
import { dormantMembers, licenceFigures } from './licence-figures.ts';
import { NOTHING, OPERATORS, operation, READERS } from './operation.ts';
import { pageOf, pageQuery } from './page.ts';
import { cause } from './problem.ts';
import { connectionName, text, time } from './values.ts';
import { z } from './zod.ts';

/** Id or slug. */
export const connectionParams = z.object({
  connection: text({ max: 120 }).openapi({ description: 'Id or slug.', example: 'corp-dropbox' }),
});

const syncRun = z
  .object({
    id: z.string(),
    status: z.enum(['running', 'succeeded', 'failed']).openapi({
      description: 'A sync that was asked for and waits for a worker is `running`, too.',
    }),
    phase: z.enum(['members', 'activity', 'licences', 'compare', 'done']),
    processed: z.number().int(),
    total: z.number().int().nullable().openapi({ description: 'An estimate, per phase; null if not known.' }),
    startedAt: time,
    finishedAt: time.nullable(),
    problem: cause.optional(),
  })
  .openapi('Sync');

const connection = z
  .object({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    team: z.object({ id: z.string(), name: z.string() }),
    admin: z.object({ email: z.string() }),
    access: z.enum(['read', 'provision']),
    status: z.enum(['connected', 'broken', 'paused', 'disconnecting']),
    problem: cause.optional().openapi({ description: 'Why the connection is broken.' }),
    sync: syncRun.extend({ nextAt: time.nullable() }).nullable(),
    licences: licenceFigures.nullable().openapi({ description: 'Null until a sync has counted them.' }),
    dormant: dormantMembers,
    createdAt: time,
  })
  .openapi('Connection');

const tag = 'Connections';

export const createConnection = operation({
  id: 'createConnection',
  method: 'post',
  path: '/v1/connections',
  tag,
  summary: 'Save a granted authorisation as a connection',
  description: 'Creates the daily schedule and starts the first sync. Only who began the authorisation may.',
  roles: OPERATORS,
  params: NOTHING,
  query: NOTHING,
  body: z.strictObject({ authorizationId: text({ max: 120 }), name: connectionName }),
  status: 201,
  answer: connection,
  refusals: [404, 409, 422],
});

export const listConnections = operation({
  id: 'listConnections',
  method: 'get',
  path: '/v1/connections',
  tag,
  summary: 'All connections',
  roles: READERS,
  params: NOTHING,
  query: z.strictObject(pageQuery),
  body: NOTHING,
  status: 200,
  answer: pageOf(connection),
});

export const getConnection = operation({
  id: 'getConnection',
  method: 'get',
  path: '/v1/connections/{connection}',
  tag,
  summary: 'One connection',
  roles: READERS,
  params: connectionParams,
  query: NOTHING,
  body: NOTHING,
  status: 200,
  answer: connection,
  refusals: [404],
});

export const disconnect = operation({
  id: 'disconnect',
  method: 'delete',
  path: '/v1/connections/{connection}',
  tag,
  summary: 'Disconnect a team',
  description: 'Seats finish what is in flight, then the grant is revoked and deleted. No member is touched.',
  roles: OPERATORS,
  params: connectionParams,
  query: NOTHING,
  body: NOTHING,
  status: 202,
  answer: connection,
  refusals: [404],
});

const steered = {
  method: 'post',
  tag,
  roles: OPERATORS,
  params: connectionParams,
  query: NOTHING,
  body: NOTHING,
  status: 202,
  answer: connection,
  refusals: [404, 409],
} as const;

export const pauseConnection = operation({
  ...steered,
  id: 'pauseConnection',
  path: '/v1/connections/{connection}/pause',
  summary: 'Ask nothing of Dropbox for now',
  description: 'Facts are taken in; seats and syncs wait. Refused with 409 unless it is connected.',
});

export const resumeConnection = operation({
  ...steered,
  id: 'resumeConnection',
  path: '/v1/connections/{connection}/resume',
  summary: 'End a pause',
  description: 'Seats that wait go on, leavers first. Refused with 409 unless it is paused.',
});

export const reauthorize = operation({
  id: 'reauthorize',
  method: 'post',
  path: '/v1/connections/{connection}/reauthorizations',
  tag,
  summary: "Renew a connection's grant",
  description: 'For the same team only. Takes effect when it is granted; until then the old grant stays.',
  roles: OPERATORS,
  params: connectionParams,
  query: NOTHING,
  body: authorizationRequest,
  status: 201,
  answer: begunAuthorization,
  refusals: [404, 409, 422],
});

export const requestSync = operation({
  id: 'requestSync',
  method: 'post',
  path: '/v1/connections/{connection}/syncs',
  tag,
  summary: 'Sync now',
  description: 'Answers with the run that is under way, if there is one.',
  roles: OPERATORS,
  params: connectionParams,
  query: NOTHING,
  body: NOTHING,
  status: 202,
  answer: syncRun,
  refusals: [404, 409],
});

export const listSyncs = operation({
  id: 'listSyncs',
  method: 'get',
  path: '/v1/connections/{connection}/syncs',
  tag,
  summary: 'Runs of the sync, newest first',
  roles: READERS,
  params: connectionParams,
  query: z.strictObject(pageQuery),
  body: NOTHING,
  status: 200,
  answer: pageOf(syncRun),
  refusals: [404],
});
