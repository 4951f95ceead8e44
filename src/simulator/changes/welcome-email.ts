import type { team } from 'dropbox';
import { outcomeOf } from '../members/outcomes.ts';
import type { Selector } from '../members/roster.ts';
import type { Change } from './change.ts';

/** Sends the invitation once more; for somebody who already joined it succeeds without an effect. */
export function sendWelcomeEmail({
  change,
  user,
}: {
  change: Change;
  user: Selector;
}): team.MembersSendWelcomeError | null {
  const { world, team: home, atMs, by } = change;
  const member = home.roster.find(user);
  const situation = world.situation(member);
  const tag = outcomeOf({ operation: 'send_welcome_email', situation, overrides: world.settings.outcomes });
  if (tag !== 'ok') return { '.tag': tag };
  if (member === undefined) return { '.tag': 'user_not_found' };
  if (member.status.kind === 'invited') {
    world.addEffect({ team: home, member, kind: 'send_welcome_email', by, atMs, details: {} });
  }
  return null;
}
