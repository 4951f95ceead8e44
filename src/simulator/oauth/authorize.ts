import express, { type Request, type Response, type Router } from 'express';
import type { World } from '../world.ts';
import { type AuthorizationRequest, readAuthorizationRequest } from './authorization-request.ts';
import { decide } from './decision.ts';
import { type AdminChoice, codePage, deadEndPage, decisionPage } from './pages.ts';

type Parameters = Record<string, string | undefined>;

/** What the form adds to the app's own parameters. */
const FORM_FIELDS = new Set(['as', 'granted', 'scopes_shown']);

/** `/oauth2/authorize`: the page a person sees, and what their click leads to. */
export function authorizeRouter(world: World): Router {
  const router = express.Router();
  router.get('/', (request, response) => {
    const parameters = single(request.query);
    const asked = readAuthorizationRequest({ world, parameters });
    const isProblem = 'problem' in asked;
    const html = isProblem
      ? deadEndPage({ title: 'Error (400)', text: asked.problem })
      : decisionPage({ parameters, request: asked, admins: adminsOf(world) });
    sendPage({ response, status: isProblem ? 400 : 200, html });
  });
  router.post('/', express.urlencoded({ extended: false }), (request, response) => {
    const form: Record<string, unknown> = request.body ?? {};
    const own = Object.entries(form).filter(([name]) => !FORM_FIELDS.has(name));
    const asked = readAuthorizationRequest({ world, parameters: single(Object.fromEntries(own)) });
    if ('problem' in asked) {
      sendPage({ response, status: 400, html: deadEndPage({ title: 'Error (400)', text: asked.problem }) });
      return;
    }
    const granted = grantedScopes({ asked, form });
    const decision = decide({ world, asked, as: String(form.as ?? ''), granted });
    if (decision.kind === 'back') sendBack({ response, asked, outcome: decision.parameters });
    else sendPage({ response, status: decision.status, html: deadEndPage(decision) });
  });
  return router;
}

/** Without the boxes in the form (a bare POST by a script) everything that was asked for is granted. */
function grantedScopes({
  asked,
  form,
}: {
  asked: AuthorizationRequest;
  form: Record<string, unknown>;
}): string[] {
  const ticked = [form.granted ?? []].flat().map(String);
  if (ticked.length === 0 && form.scopes_shown === undefined) return [...asked.scopes];
  return asked.scopes.filter((scope) => ticked.includes(scope));
}

/** Without a redirect URI the person carries the code over by hand. */
function sendBack({
  response,
  asked,
  outcome,
}: {
  response: Response;
  asked: AuthorizationRequest;
  outcome: Readonly<Record<string, string>>;
}): void {
  if (asked.redirectUri === null) {
    const refused = { title: 'Access denied', text: outcome.error_description ?? '' };
    sendPage({ response, status: 200, html: outcome.code ? codePage(outcome.code) : deadEndPage(refused) });
    return;
  }
  const target = new URL(asked.redirectUri);
  for (const [name, value] of Object.entries(outcome)) target.searchParams.set(name, value);
  if (asked.state !== null) target.searchParams.set('state', asked.state);
  response.redirect(302, target.href);
}

function adminsOf(world: World): AdminChoice[] {
  return world.teams.flatMap(({ index, name, roster }) => {
    const admin = roster.connectingAdmin();
    return admin === undefined ? [] : [{ team: index, teamName: name, email: admin.email }];
  });
}

/** A parameter given twice counts with its first value. */
function single(values: Record<string, unknown> | Request['query']): Parameters {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const first: unknown = Array.isArray(value) ? value[0] : value;
      return [name, typeof first === 'string' ? first : undefined];
    }),
  );
}

function sendPage({ response, status, html }: { response: Response; status: number; html: string }): void {
  response.status(status).set('Cache-Control', 'no-store').type('html').send(html);
}
