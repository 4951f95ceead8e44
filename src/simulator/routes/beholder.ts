import type { Beholder } from '../members/member-info.ts';
import type { TeamCall } from '../rpc/route.ts';

/** Under which settings, and when, a call sees a member. */
export const beholderOf = ({ world, team }: TeamCall): Beholder => ({
  team,
  settings: world.settings,
  nowMs: world.clock.nowMs(),
  recoverWindowMs: world.options.recoverWindowMs,
});
