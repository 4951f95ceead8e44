import type { World } from '../world.ts';
import { type AuthorizationRequest, isTeamScope } from './authorization-request.ts';

/** What a person's click leads to: back to the app with these parameters, or a page on which the app hears nothing. */
export type Decision =
  | { kind: 'back'; parameters: Readonly<Record<string, string>> }
  | { kind: 'dead_end'; status: number; title: string; text: string };

const back = (parameters: Record<string, string>): Decision => ({ kind: 'back', parameters });
const mistake = (text: string): Decision => ({ kind: 'dead_end', status: 400, title: 'Error (400)', text });

/** `as` is the button: `admin:<team>`, `member`, `personal` or `refuse`. */
export function decide({
  world,
  asked,
  as,
  granted,
}: {
  world: World;
  asked: AuthorizationRequest;
  as: string;
  granted: readonly string[];
}): Decision {
  const admin = /^admin:(\d+)$/.exec(as);
  if (admin !== null) return decideAsAdmin({ world, asked, granted, team: Number(admin[1]) });
  const { settings, grants } = world;
  switch (as) {
    case 'refuse':
      return back({
        error: 'access_denied',
        error_description: 'The user chose not to give your app access to their Dropbox account.',
      });
    case 'member':
      if (settings.ordinaryMember === 'access_denied') {
        const error_description = 'You must be a team administrator to authorize this app.';
        return back({ error: 'access_denied', error_description });
      }
      return {
        kind: 'dead_end',
        status: 403,
        title: 'You cannot install this app',
        text: 'Only admins can install team apps. Ask an admin of your Dropbox team to connect it.',
      };
    case 'personal':
      if (asked.scopes.some(isTeamScope) && settings.personalAccount === 'dead_end') {
        return {
          kind: 'dead_end',
          status: 403,
          title: 'This is a personal account',
          text: 'This app is for Dropbox teams. Sign in with an account that belongs to a team.',
        };
      }
      return back({ code: grants.authorise({ ...asked, scopes: granted, team: null, admin: null }) });
    default:
      return mistake('Nobody was chosen to continue as.');
  }
}

/** The grant is made here, before the app has exchanged the code: an app that never comes back leaves an unused one. */
function decideAsAdmin({
  world,
  asked,
  granted,
  team: index,
}: {
  world: World;
  asked: AuthorizationRequest;
  granted: readonly string[];
  team: number;
}): Decision {
  const team = world.teams[index];
  const person = team?.roster.connectingAdmin();
  if (team === undefined || person === undefined) return mistake('That team has no admin who could do this.');
  const code = world.grants.authorise({ ...asked, scopes: granted, team: team.index, admin: person.index });
  world.addEffect({ team, member: person, kind: 'authorise', by: 'hand', details: { scopes: granted } });
  return back({ code, team_id: team.id });
}
