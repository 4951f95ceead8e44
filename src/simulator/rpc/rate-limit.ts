import type { Team } from '../team.ts';
import type { World } from '../world.ts';
import { type Answer, rateLimitAnswer } from './answer.ts';

interface Window {
  startedAtMs: number;
  calls: number;
}

const windows = new WeakMap<Team, Window>();

/** A fixed window of a minute per team; calls that were refused count as well, as at Dropbox. */
export function rateLimited({ world, team }: { world: World; team: Team }): Answer | null {
  const { rateLimitPerMinute } = world.settings;
  if (rateLimitPerMinute === null) return null;
  const now = world.clock.nowMs();
  let window = windows.get(team);
  if (window === undefined || now >= window.startedAtMs + 60_000 || now < window.startedAtMs) {
    window = { startedAtMs: now, calls: 0 };
    windows.set(team, window);
  }
  window.calls += 1;
  if (window.calls <= rateLimitPerMinute) return null;
  const retryAfterSeconds = Math.max(1, Math.ceil((window.startedAtMs + 60_000 - now) / 1000));
  return rateLimitAnswer({ retryAfterSeconds });
}
