/** Where the trip ends while there is no console: what was granted or why not, and what comes next. No secrets. */
import type { Express } from 'express';
import { type AuthorizationFound, findAuthorization } from '../../read-model/authorizations.ts';
import type { Http } from '../deps.ts';
import { methodNotAllowed } from '../operations.ts';
import { type Html, html, sendPage } from './page.ts';

type Page = { status: number; title: string; tone: 'good' | 'bad' | 'plain'; body: Html };

export function mountConnectedPage({ app, http }: { app: Express; http: Http }): void {
  app.get('/connected', async (req, res) => {
    const { authorization: id } = req.query;
    const found =
      typeof id === 'string' && /^[a-z0-9_]{1,80}$/.test(id)
        ? await findAuthorization({ db: http.db, id, now: http.clock() })
        : undefined;
    sendPage({ res, ...pageOf({ found, publicUrl: http.config.publicUrl }) });
  });
  app.all('/connected', methodNotAllowed(['GET', 'HEAD']));
}

const UNKNOWN: Page = {
  status: 404,
  title: 'There is no such authorisation',
  tone: 'bad',
  body: html`<p>Begin with <code>POST /v1/authorizations</code>, and open the address that it returns.</p>`,
};

function pageOf({ found, publicUrl }: { found: AuthorizationFound | undefined; publicUrl: string }): Page {
  if (found === undefined) return UNKNOWN;
  const { authorization, purpose } = found;
  const { status } = authorization;
  switch (status) {
    case 'granted':
      if (purpose === 'reauthorize' || authorization.connection !== undefined) return connected(found);
      return {
        status: 200,
        title: 'Dropbox has granted access',
        tone: 'good',
        body: granted({ found, publicUrl }),
      };
    case 'refused':
      return { status: 200, title: 'The team was not connected', tone: 'bad', body: refused(found) };
    case 'expired':
      return {
        status: 200,
        title: 'This authorisation has expired',
        tone: 'bad',
        body: html`<p>It was not finished in time. Nothing was connected.</p>
<h2>What to do</h2>
<p>Begin again with <code>POST /v1/authorizations</code>.</p>`,
      };
    case 'pending':
      return {
        status: 200,
        title: 'Waiting for Dropbox',
        tone: 'plain',
        body: html`<p>The team admin has not decided yet. This page shows the outcome when it is loaded again.</p>`,
      };
    default:
      return status satisfies never;
  }
}

function facts({ authorization }: AuthorizationFound): Html {
  const { team, admin, access } = authorization;
  return html`<dl>
<dt>Team</dt><dd>${team?.name ?? ''}</dd>
<dt>Authorised by</dt><dd>${admin?.email ?? ''}</dd>
<dt>Access</dt><dd>${access === 'read' ? 'read only' : 'read, and change members as the settings allow'}</dd>
</dl>`;
}

function granted({ found, publicUrl }: { found: AuthorizationFound; publicUrl: string }): Html {
  const { authorization } = found;
  const command = [
    `curl -X POST ${publicUrl}/v1/connections \\`,
    '  -H "Authorization: Bearer $SEATKEEPER_API_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"authorizationId": "${authorization.id}",`,
    `       "name": "${nameFor(authorization.team?.name)}"}'`,
  ].join('\n');
  return html`${facts(found)}
<p>Nothing is saved yet. Check that this is the team you meant.</p>
<h2>What comes next</h2>
<p>Give the connection a name, within an hour, with the API key that began this. That saves it and starts the first sync; nobody is invited, suspended or removed until you enable it.</p>
<pre tabindex="0" aria-label="Command that saves the connection"><code>${command}</code></pre>
<p>You can close this window.</p>`;
}

function connected(found: AuthorizationFound): Page {
  const slug = found.authorization.connection ?? '';
  const renewed = found.purpose === 'reauthorize';
  return {
    status: 200,
    title: renewed ? 'The connection has a new grant' : 'The team is connected',
    tone: 'good',
    body: html`${facts(found)}
<p>${renewed ? 'It took effect at once. Seats that waited for it go on, leavers first.' : 'The first sync has been started.'}</p>
<h2>What comes next</h2>
<p>Watch it with <code>GET /v1/connections/${slug}</code>. You can close this window.</p>`,
  };
}

const refused = ({
  authorization: { problem },
}: AuthorizationFound): Html => html`<p>${problem?.detail ?? ''}</p>
<h2>What to do</h2>
<p>${problem?.nextStep ?? ''}</p>`;

/** Goes into a command that people paste into a shell, so a team's name is used only if it is harmless there. */
const nameFor = (teamName: string | undefined): string =>
  teamName !== undefined && /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,60}$/.test(teamName)
    ? `${teamName} Dropbox`
    : 'Corp Dropbox';
