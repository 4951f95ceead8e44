import { z } from 'zod';
import type { Call, Timed } from './call.ts';
import { type MemberProfile, memberProfile } from './members.ts';
import type { CallOptions } from './transport.ts';

export type TeamInfo = Timed & {
  /** `dbtid:…` */
  teamId: string;
  name: string;
  /** Seats bought. */
  licensed: number;
  /** Members that Dropbox counts as provisioned. */
  provisioned: number;
  /** Seats in use; that of `provisioned` for teams where Dropbox leaves the number out, or 0, its default. */
  used: number;
};

const count = z.number().int().nonnegative();

const teamInfo = z.object({
  team_id: z.string().min(1),
  name: z.string(),
  num_licensed_users: count,
  num_provisioned_users: count,
  num_used_licenses: count.nullish(),
});

/** What Dropbox says about the team behind the grant. Both are reads; they throw DropboxFailure. */
export const teamCalls = (call: Call) => ({
  async teamInfo(options?: CallOptions): Promise<TeamInfo> {
    const { value, ...timed } = await call({
      invoke: (sdk) => sdk.teamGetInfo(),
      schema: teamInfo,
      write: false,
      options,
    });
    return {
      teamId: value.team_id,
      name: value.name,
      licensed: value.num_licensed_users,
      provisioned: value.num_provisioned_users,
      used: value.num_used_licenses || value.num_provisioned_users,
      ...timed,
    };
  },

  /**
   * The admin who gave the grant. `dropbox_refused` with tag `admin_not_active` when they were removed or demoted,
   * `mapping_not_found` for grants older than Dropbox's record of it.
   */
  async authenticatedAdmin(options?: CallOptions): Promise<Timed & { admin: MemberProfile }> {
    const { value, ...timed } = await call({
      invoke: (sdk) => sdk.teamTokenGetAuthenticatedAdmin(),
      schema: z.object({ admin_profile: memberProfile }),
      write: false,
      options,
    });
    return { admin: value.admin_profile, ...timed };
  },
});
