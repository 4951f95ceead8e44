import type { World } from '../world.ts';
import type { Grant } from './grant.ts';

/** From here on neither access nor refresh tokens of the grant work. */
export function revokeGrant({
  world,
  grant,
  by,
  reason,
}: {
  world: World;
  grant: Grant;
  by: 'api' | 'hand';
  reason: string;
}): void {
  if (grant.revoked) return;
  world.grants.update({ ...grant, revoked: true, refreshRevoked: true });
  // A private account belongs to no team, and so leaves no effect.
  if (grant.team !== null) {
    world.addEffect({ team: world.team(grant.team), kind: 'revoke_grant', by, details: { reason } });
  }
}
