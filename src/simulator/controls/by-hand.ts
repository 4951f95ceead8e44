import { addMember } from '../changes/adding.ts';
import type { Change } from '../changes/change.ts';
import { setProfile } from '../changes/profile.ts';
import { recoverMember } from '../changes/recovery.ts';
import { removeMember } from '../changes/removal.ts';
import { suspendMember, unsuspendMember } from '../changes/suspension.ts';
import type { Member } from '../members/member.ts';
import { ROLES } from '../members/roles.ts';
import type { Selector } from '../members/roster.ts';
import { SimulatorUsageError } from '../settings.ts';
import type { World } from '../world.ts';

/** Which member is meant: one of the three ids, on the first team unless another is named. */
export interface MemberChoice {
  team?: number;
  email?: string;
  externalId?: string;
  teamMemberId?: string;
}

/** What people do in the Dropbox console, or with an invitation: the ways a team changes without the API. */
export class ByHand {
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  find(choice: MemberChoice): Member | undefined {
    return this.world.team(choice.team ?? 0).roster.find(selectorOf(choice));
  }

  /** The invited person joins. Without a name they keep the one of the invitation. */
  accept(choice: MemberChoice & { givenName?: string; surname?: string }): void {
    const member = this.memberOf(choice);
    if (member.status.kind !== 'invited') throw new SimulatorUsageError('That member is not invited.');
    const { world, team, atMs } = this.changeIn(choice);
    const joined: Member = {
      ...member,
      status: { kind: 'active' },
      emailVerified: true,
      givenName: choice.givenName ?? member.givenName,
      surname: choice.surname ?? member.surname,
      joinedAtMs: atMs,
    };
    world.putMember({ team, member: joined });
    world.addEffect({ team, member: joined, kind: 'join', by: 'hand', details: {} });
  }

  /** Somebody is invited in the console; the invitation is mailed. */
  add(entry: {
    team?: number;
    email: string;
    externalId?: string;
    givenName?: string;
    surname?: string;
  }): void {
    const result = addMember({
      change: this.changeIn(entry),
      entry: {
        member_email: entry.email,
        ...(entry.externalId === undefined ? {} : { member_external_id: entry.externalId }),
        ...(entry.givenName === undefined ? {} : { member_given_name: entry.givenName }),
        ...(entry.surname === undefined ? {} : { member_surname: entry.surname }),
      },
    });
    if (result['.tag'] !== 'success') throw new SimulatorUsageError(`Not added: ${result['.tag']}.`);
  }

  /** `wipeData` is false here: the console asks, and people mostly say no. */
  remove(choice: MemberChoice & { wipeData?: boolean; keepAccount?: boolean }): void {
    refuse(
      removeMember({
        change: this.changeIn(choice),
        argument: {
          user: selectorOf(choice),
          wipe_data: choice.wipeData ?? false,
          keep_account: choice.keepAccount ?? false,
        },
      }),
    );
  }

  /** Same window and same seats as through the API. */
  recover(choice: MemberChoice): void {
    refuse(recoverMember({ change: this.changeIn(choice), user: selectorOf(choice) }));
  }

  suspend(choice: MemberChoice & { wipeData?: boolean }): void {
    const wipeData = choice.wipeData ?? false;
    refuse(suspendMember({ change: this.changeIn(choice), user: selectorOf(choice), wipeData }));
  }

  unsuspend(choice: MemberChoice): void {
    refuse(unsuspendMember({ change: this.changeIn(choice), user: selectorOf(choice) }));
  }

  /** Changes names, address or external id. */
  edit(
    choice: MemberChoice & {
      newEmail?: string;
      newExternalId?: string;
      newGivenName?: string;
      newSurname?: string;
    },
  ): void {
    const result = setProfile({
      change: this.changeIn(choice),
      argument: {
        user: selectorOf(choice),
        ...(choice.newEmail === undefined ? {} : { new_email: choice.newEmail }),
        ...(choice.newExternalId === undefined ? {} : { new_external_id: choice.newExternalId }),
        ...(choice.newGivenName === undefined ? {} : { new_given_name: choice.newGivenName }),
        ...(choice.newSurname === undefined ? {} : { new_surname: choice.newSurname }),
      },
    });
    if ('.tag' in result) refuse(result);
  }

  /** Roles by their names (`Team`, `User management`, `Support`); none makes a plain member, also of the last admin. */
  setRoles(choice: MemberChoice & { roles: readonly string[] }): void {
    const member = this.memberOf(choice);
    const { world, team } = this.changeIn(choice);
    const roleIds = choice.roles.map((name) => {
      const role = ROLES.find((known) => known.name === name);
      if (role === undefined) throw new SimulatorUsageError(`There is no role ${name}.`);
      return role.role_id;
    });
    const changed = { ...member, roleIds };
    world.putMember({ team, member: changed });
    world.addEffect({
      team,
      member: changed,
      kind: 'set_roles',
      by: 'hand',
      details: { roles: choice.roles },
    });
  }

  private memberOf(choice: MemberChoice): Member {
    const member = this.find(choice);
    if (member === undefined) throw new SimulatorUsageError('There is no such member.');
    return member;
  }

  private changeIn({ team = 0 }: { team?: number }): Change {
    this.world.jobs.settle();
    return { world: this.world, team: this.world.team(team), atMs: this.world.clock.nowMs(), by: 'hand' };
  }
}

function selectorOf({ email, externalId, teamMemberId }: MemberChoice): Selector {
  if (teamMemberId !== undefined) return { '.tag': 'team_member_id', team_member_id: teamMemberId };
  if (externalId !== undefined) return { '.tag': 'external_id', external_id: externalId };
  if (email !== undefined) return { '.tag': 'email', email };
  throw new SimulatorUsageError('Say which member: email, externalId or teamMemberId.');
}

function refuse(error: { '.tag': string } | null): void {
  if (error !== null) throw new SimulatorUsageError(`Not possible: ${error['.tag']}.`);
}
