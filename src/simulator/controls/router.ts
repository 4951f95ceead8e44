import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import { type FaultRule, isFaultKind } from '../faults.ts';
import type { EffectKind } from '../ledger.ts';
import { checkedSettings, SimulatorUsageError } from '../settings.ts';
import type { Team } from '../team.ts';
import type { World } from '../world.ts';
import type { Access } from './access.ts';
import type { Activity } from './activity.ts';
import { activityRouter } from './activity-routes.ts';
import type { ByHand, MemberChoice } from './by-hand.ts';
import { indexPage } from './index-page.ts';
import { latestMembers, memberView, stateView } from './overview.ts';

/**
 * The controls over HTTP, for a person with curl and for tests in another process. What there is stands in index-page.ts.
 * Mistakes are 400 with `{error}` in plain words. The simulator listens on loopback only, so nobody has to log in.
 */
export function controlRouter({
  world,
  byHand,
  access,
  activity,
}: {
  world: World;
  byHand: ByHand;
  access: Access;
  activity: Activity;
}): Router {
  const router = express.Router();
  router.use(activityRouter(activity));
  router.use(express.json({ limit: '1mb' }));
  router.get('/', (_request, response) => {
    response.type('text/plain; charset=utf-8').send(indexPage(world));
  });
  // Whoever looks sees jobs that fell due as done.
  router.use((_request, _response, next) => {
    world.jobs.settle();
    next();
  });
  router.get('/state', (_request, response) => sendJson(response, stateView(world)));
  router.get('/settings', (_request, response) => sendJson(response, world.settings));
  router.patch('/settings', (request, response) => {
    world.changeSettings(checkedSettings(request.body));
    sendJson(response, world.settings);
  });
  router.post('/clock', (request, response) => {
    world.advanceClock(numberIn({ request, name: 'advanceMs' }));
    sendJson(response, stateView(world));
  });
  router.post('/licences', (request, response) => {
    const team = teamOf({ world, team: request.body?.team });
    world.changeLicences({ team, licences: numberIn({ request, name: 'licences' }) });
    sendJson(response, { licences: team.licences });
  });
  addFaultRoutes({ router, world });
  addLedgerRoutes({ router, world });
  addMemberRoutes({ router, world, byHand });
  addAccessRoutes({ router, world, access });
  router.use((_request, response) => {
    response.status(404).json({ error: 'There is no such control; GET /simulator lists them.' });
  });
  router.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    const isUsage =
      error instanceof SimulatorUsageError || error instanceof RangeError || error instanceof SyntaxError;
    if (!isUsage) return next(error);
    response.status(400).json({ error: error.message });
  });
  return router;
}

/** One POST makes one rule; its id, for taking it back, and its counts are in the answer. */
function addFaultRoutes({ router, world }: { router: Router; world: World }): void {
  router.get('/faults', (_request, response) => sendJson(response, world.faults.list()));
  router.post('/faults', (request, response) => {
    const rule: Partial<FaultRule> = request.body ?? {};
    if (typeof rule.route !== 'string' || !isFaultKind(rule.fault?.kind) || rule.fault === undefined) {
      throw new SimulatorUsageError(
        'A fault is {"route": "team/members/add_v2", "fault": {"kind": "reset"}, "count": 1}.',
      );
    }
    response.status(201);
    sendJson(response, world.faults.add({ ...rule, route: rule.route, fault: rule.fault }));
  });
  router.delete(['/faults', '/faults/:id'], (request, response) => {
    const id = request.params.id;
    world.faults.clear(typeof id === 'string' ? id : undefined);
    response.status(204).end();
  });
}

/** `since` is a `seq`: pass the `position` of the last answer to see only what is new. */
function addLedgerRoutes({ router, world }: { router: Router; world: World }): void {
  router.get('/ledger', (request, response) => {
    const { since, route, kind, email, externalId, teamMemberId } = request.query;
    const after = since === undefined ? {} : { since: Number(since) };
    sendJson(response, {
      position: world.ledger.position,
      calls: world.ledger.calls({ ...after, ...(typeof route === 'string' ? { route } : {}) }),
      effects: world.ledger.effects({
        ...after,
        ...(typeof kind === 'string' ? { kind: kind as EffectKind } : {}),
        ...(typeof email === 'string' ? { email } : {}),
        ...(typeof externalId === 'string' ? { externalId } : {}),
        ...(typeof teamMemberId === 'string' ? { teamMemberId } : {}),
      }),
    });
  });
  router.delete('/ledger', (_request, response) => {
    world.ledger.clear();
    response.status(204).end();
  });
}

/** One of the ids looks somebody up; without any, the latest members of a state. */
function addMemberRoutes({ router, world, byHand }: { router: Router; world: World; byHand: ByHand }): void {
  router.get('/members', (request, response) => {
    const { email, externalId, teamMemberId, status, limit } = request.query;
    const team = teamOf({ world, team: Number(request.query.team ?? 0) });
    const choice: MemberChoice = {
      team: team.index,
      ...(typeof email === 'string' ? { email } : {}),
      ...(typeof externalId === 'string' ? { externalId } : {}),
      ...(typeof teamMemberId === 'string' ? { teamMemberId } : {}),
    };
    if (Object.keys(choice).length > 1) {
      const member = byHand.find(choice);
      return sendJson(response, {
        members: member === undefined ? [] : [memberView({ world, team, member })],
      });
    }
    const kind = typeof status === 'string' ? status : undefined;
    const members = latestMembers({
      world,
      team,
      status: kind,
      limit: Math.min(1_000, Number(limit ?? 100)),
    });
    return sendJson(response, { members });
  });
  const actions = {
    accept: byHand.accept,
    add: byHand.add,
    remove: byHand.remove,
    recover: byHand.recover,
    suspend: byHand.suspend,
    unsuspend: byHand.unsuspend,
    edit: byHand.edit,
    roles: byHand.setRoles,
  } as const satisfies Record<string, (this: ByHand, choice: never) => void>;
  // The bodies are taken at their word: whoever is here plays Dropbox, and the checks of the changes still apply.
  for (const [name, action] of Object.entries(actions)) {
    router.post(`/members/${name}`, (request, response) => {
      action.call(byHand, (request.body ?? {}) as never);
      response.status(204).end();
    });
  }
}

function addAccessRoutes({ router, world, access }: { router: Router; world: World; access: Access }): void {
  const teamIn = (request: Request) => ({ team: teamOf({ world, team: request.body?.team }).index });
  router.post('/access/remove-app', (request, response) => {
    access.removeApp(teamIn(request));
    response.status(204).end();
  });
  router.post('/access/revoke-refresh-tokens', (request, response) => {
    access.revokeRefreshTokens(teamIn(request));
    response.status(204).end();
  });
  router.post('/access/expire-access-tokens', (request, response) => {
    access.expireAccessTokens(teamIn(request));
    response.status(204).end();
  });
  router.post('/access/drop-scope', (request, response) => {
    access.dropScope({ ...teamIn(request), scope: String(request.body?.scope) });
    response.status(204).end();
  });
  router.post('/jobs/forget', (_request, response) => {
    world.jobs.forgetIds();
    response.status(204).end();
  });
}

/** Everything is about the first team unless another index is given. */
function teamOf({ world, team }: { world: World; team: unknown }): Team {
  return world.team(typeof team === 'number' ? team : 0);
}

function numberIn({ request, name }: { request: Request; name: string }): number {
  const value: unknown = request.body?.[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new SimulatorUsageError(`The body is JSON with the number ${name}.`);
  }
  return value;
}

function sendJson(response: Response, value: unknown): void {
  response.type('json').send(JSON.stringify(value, null, 2));
}
