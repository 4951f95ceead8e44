/** Where Dropbox sends the browser back to. Uses the state up before anything else, and ends on a fixed path. */
import type { Express, Request, RequestHandler, Response } from 'express';
import {
  recordGrant,
  recordRefusal,
  type TakenUp,
  takeUpAuthorization,
} from '../../commands/authorizations.ts';
import type { Http } from '../deps.ts';
import { methodNotAllowed } from '../operations.ts';
import { exchangeGrant } from './exchange.ts';
import { html, sendPage } from './page.ts';
import { DROPBOX_ERROR, type GrantProblem, REFUSED_AT_DROPBOX } from './refusals.ts';

/** What is longer, given twice, or unprintable was not written by Dropbox or us. */
const PLAUSIBLE = /^[\x21-\x7e]{1,2000}$/;

function parameter({ req, name }: { req: Request; name: string }): string | undefined {
  const value = req.query[name];
  return typeof value === 'string' && PLAUSIBLE.test(value) ? value : undefined;
}

/** Said of every state that cannot be used, so that nobody learns which ones there were. */
function refuseState(res: Response): void {
  sendPage({
    res,
    status: 400,
    title: 'This link cannot be used',
    tone: 'bad',
    body: html`<p>The authorisation that it belongs to is unknown, has been used already, or is older than ten minutes. Nothing was changed, and Dropbox was not asked for anything.</p>
<h2>What to do</h2>
<p>Begin again with <code>POST /v1/authorizations</code>, and open the new address within ten minutes.</p>`,
  });
}

export function mountCallback({ app, http }: { app: Express; http: Http }): void {
  const { log, config } = http;
  const finished = `${new URL(config.publicUrl).pathname.replace(/\/+$/, '')}/connected`;

  const refuse = async ({ taken, problem }: { taken: TakenUp; problem: GrantProblem }): Promise<void> => {
    log.warn({ authorization: taken.id, code: problem.code }, 'authorization refused');
    await recordRefusal({ db: http.db, taken, problem });
  };

  const callback: RequestHandler = async (req, res) => {
    res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
    const [state, code, error] = ['state', 'code', 'error'].map((name) => parameter({ req, name }));
    if (state === undefined || (code === undefined && error === undefined)) return refuseState(res);
    const now = http.clock();
    const taken = await takeUpAuthorization({ ...http, state, now });
    if (taken === null) return refuseState(res);
    if (code === undefined || error !== undefined) {
      const problem = error === 'access_denied' ? REFUSED_AT_DROPBOX : DROPBOX_ERROR;
      await refuse({ taken, problem });
    } else {
      const exchanged = await exchangeGrant({ http, taken, code });
      if ('problem' in exchanged) {
        await refuse({ taken, problem: exchanged.problem });
      } else {
        const problem = await recordGrant({ ...http, taken, granted: exchanged.granted, now });
        log.info({ authorization: taken.id, code: problem?.code ?? 'granted' }, 'authorization ended');
      }
    }
    res.redirect(303, `${finished}?authorization=${encodeURIComponent(taken.id)}`);
  };

  const path = '/oauth/dropbox/callback';
  // A link preview's HEAD must not use the state up.
  app.head(path, methodNotAllowed(['GET']));
  app.get(path, callback);
  app.all(path, methodNotAllowed(['GET']));
}
