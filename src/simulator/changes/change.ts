import type { Member } from '../members/member.ts';
import { isTeamAdmin } from '../members/roles.ts';
import { provisionedSeats, type Team } from '../team.ts';
import type { World } from '../world.ts';

/** In which team, when and through whom something changes. */
export interface Change {
  readonly world: World;
  readonly team: Team;
  readonly atMs: number;
  readonly by: 'api' | 'hand';
}

export const noSeatLeft = ({ world, team }: Change): boolean =>
  provisionedSeats({ team, settings: world.settings }) >= team.licences;

/** The last active full admin can be neither removed, suspended nor demoted. */
export const isLastAdmin = ({ team, member }: { team: Team; member: Member }): boolean =>
  member.status.kind === 'active' && isTeamAdmin(member.roleIds) && team.roster.teamAdmins <= 1;

/** Whether the address belongs to somebody on another team here. */
export const isOnAnotherTeam = ({ world, team }: Change, email: string): boolean =>
  world.teams.some((other) => {
    const member = other === team ? undefined : other.roster.findByEmail(email);
    return member !== undefined && member.status.kind !== 'removed';
  });
