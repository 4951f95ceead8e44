import type { Grant } from '../oauth/grant.ts';
import { revokeGrant } from '../oauth/revocation.ts';
import type { World } from '../world.ts';

/** Ways in which an app loses what it was granted. Each acts on all grants of a team; on the first team by default. */
export class Access {
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  /** An admin removes the app in the console: the next call is 401, a refresh `invalid_grant`. */
  removeApp({ team = 0 }: { team?: number } = {}): void {
    for (const grant of this.world.grants.ofTeam(team)) {
      revokeGrant({ world: this.world, grant, by: 'hand', reason: 'app removed' });
    }
  }

  /** Refreshing fails from now on; access tokens live until they expire. */
  revokeRefreshTokens({ team = 0 }: { team?: number } = {}): void {
    this.updateAll({ team, change: (grant) => ({ ...grant, refreshRevoked: true }) });
  }

  /** Every access token so far counts as expired; refreshing works. */
  expireAccessTokens({ team = 0 }: { team?: number } = {}): void {
    this.updateAll({ team, change: (grant) => ({ ...grant, accessGeneration: grant.accessGeneration + 1 }) });
  }

  /** The grants lose a scope, their tokens with them. */
  dropScope({ team = 0, scope }: { team?: number; scope: string }): void {
    this.updateAll({
      team,
      change: (grant) => ({ ...grant, scopes: grant.scopes.filter((kept) => kept !== scope) }),
    });
  }

  private updateAll({ team, change }: { team: number; change: (grant: Grant) => Grant }): void {
    for (const grant of this.world.grants.ofTeam(team)) {
      if (!grant.revoked) this.world.grants.update(change(grant));
    }
  }
}
