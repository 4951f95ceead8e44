import type { AuthorizationRequest } from './authorization-request.ts';
import { isTeamScope } from './authorization-request.ts';

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const page = ({ title, body }: { title: string; body: string }): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} - Dropbox simulator</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; background: #f7f5f2; color: #1e1919; }
main { max-width: 34rem; margin: 3rem auto; padding: 2rem; background: #fff; border: 1px solid #ddd; border-radius: 8px; }
h1 { font-size: 1.4rem; margin-top: 0; }
fieldset { border: 1px solid #ddd; border-radius: 6px; margin: 1rem 0; }
button { display: block; width: 100%; margin: .5rem 0; padding: .7rem; font: inherit; text-align: left; cursor: pointer;
  border: 1px solid #8a8580; border-radius: 6px; background: #fff; color: inherit; }
button.primary { background: #0a4fc4; border-color: #0a4fc4; color: #fff; }
p.note { color: #56504a; font-size: .9rem; }
</style>
</head>
<body><main>${body}</main></body>
</html>
`;

/** Somebody who can continue as an admin of one of the teams. */
export interface AdminChoice {
  readonly team: number;
  readonly teamName: string;
  readonly email: string;
}

/**
 * The page on which a person decides. Plain forms: button `as` says who continues (`admin:0`, `admin:1`, `member`,
 * `personal`, `refuse`), every ticked box sends `granted`, and the app's own parameters travel along hidden.
 */
export function decisionPage({
  parameters,
  request,
  admins,
}: {
  parameters: Readonly<Record<string, string | undefined>>;
  request: AuthorizationRequest;
  admins: readonly AdminChoice[];
}): string {
  const hidden = Object.entries(parameters)
    .map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value ?? '')}">`)
    .join('\n');
  const boxes = request.scopes
    .map(
      (scope) =>
        `<div><label><input type="checkbox" id="scope-${escaped(scope)}" name="granted" value="${escaped(scope)}" checked> ` +
        `${escaped(scope)}</label></div>`,
    )
    .join('\n');
  const adminButtons = admins
    .map(
      ({ team, teamName, email }) =>
        `<button class="primary" type="submit" name="as" value="admin:${team}" id="continue-as-admin-${team}">` +
        `Continue as ${escaped(email)}, admin of the team ${escaped(teamName)}</button>`,
    )
    .join('\n');
  const wantsTeam = request.scopes.some(isTeamScope);
  return page({
    title: 'Connect an app',
    body: `
<h1>Seatkeeper would like to connect with your ${wantsTeam ? 'team' : 'account'}</h1>
<p class="note">This is a simulation of Dropbox on this machine. Choose who you are; nothing leaves it.</p>
<form method="post" action="/oauth2/authorize" id="authorize">
${hidden}
<input type="hidden" name="scopes_shown" value="yes">
<fieldset><legend>What the app may do (untick to grant less)</legend>
${boxes}
</fieldset>
${adminButtons}
<button type="submit" name="as" value="member" id="continue-as-member">Continue as an ordinary member of the team</button>
<button type="submit" name="as" value="personal" id="continue-as-personal">Continue with a personal account</button>
<button type="submit" name="as" value="refuse" id="refuse">Cancel</button>
</form>`,
  });
}

/** A page that leads nowhere: the app hears nothing. */
export const deadEndPage = ({ title, text }: { title: string; text: string }): string =>
  page({ title, body: `<h1>${escaped(title)}</h1><p id="problem">${escaped(text)}</p>` });

export const codePage = (code: string): string =>
  page({
    title: 'Enter this code',
    body: `<h1>Almost there</h1><p>Enter this code into the app to finish:</p><p><code id="code">${escaped(code)}</code></p>`,
  });
