import type { Dropbox, DropboxResponse } from 'dropbox';
import { z } from 'zod';
import type { Call, Timed } from './call.ts';
import { defined } from './defined.ts';
import {
  type AdditionJob,
  type AdditionLaunch,
  additionArgument,
  additionJob,
  additionLaunch,
  MAX_ADDITIONS,
  type NewMember,
} from './member-additions.ts';
import { userSelector } from './member-lookup.ts';
import { type Member, memberInfo } from './members.ts';
import type { CallOptions } from './transport.ts';

export type OneMember = CallOptions & { teamMemberId: string };

/** Of removals and of transfers. */
export type RemovalLaunch = { outcome: 'complete' } | { outcome: 'job'; jobId: string };

/** `unknown` is a tag that this code does not know: ask again, or read the member back. */
export type RemovalJob = { status: 'in_progress' | 'complete' | 'unknown' };

/** Only what is named is changed. */
export type ProfileChange = {
  email?: string | undefined;
  externalId?: string | undefined;
  givenName?: string | undefined;
  surname?: string | undefined;
};

const removalLaunch = z.union([
  z.object({ '.tag': z.literal('complete') }).transform((): RemovalLaunch => ({ outcome: 'complete' })),
  z
    .object({ '.tag': z.literal('async_job_id'), async_job_id: z.string().min(1) })
    .transform((job): RemovalLaunch => ({ outcome: 'job', jobId: job.async_job_id })),
]);

const removalJob = z.object({ '.tag': z.string() }).transform(
  ({ '.tag': tag }): RemovalJob => ({
    status: tag === 'in_progress' || tag === 'complete' ? tag : 'unknown',
  }),
);

// A route without a result answers the JSON `null`.
const nothing = z.null().or(z.object({}));

/**
 * What changes members. Dropbox has no idempotency keys: after a failure with `outcomeUnknown`, and before any
 * repetition, the member is read back. All throw DropboxFailure; refusals are `dropbox_refused` with the tag.
 */
export const memberWrites = (call: Call) => {
  const user = ({ teamMemberId }: OneMember) => userSelector({ teamMemberId });

  const withoutResult = async (
    input: OneMember,
    invoke: (sdk: Dropbox) => Promise<DropboxResponse<void>>,
  ): Promise<Timed> => {
    const { value: _, ...timed } = await call({ invoke, schema: nothing, write: true, options: input });
    return timed;
  };

  return {
    /** One to twenty people; the call itself is never refused for one of them. */
    async addMembers(
      input: CallOptions & { members: readonly NewMember[] },
    ): Promise<Timed & AdditionLaunch> {
      const { members } = input;
      if (members.length < 1 || members.length > MAX_ADDITIONS) {
        throw new RangeError(`addMembers takes 1 to ${MAX_ADDITIONS} people, not ${members.length}`);
      }
      const { value, ...timed } = await call({
        invoke: (sdk) => sdk.teamMembersAddV2({ new_members: members.map(additionArgument) }),
        schema: additionLaunch(members.map(({ email }) => email)),
        write: true,
        options: input,
      });
      return { ...value, ...timed };
    },

    /** `emails`: those of the launch, in its order. A forgotten job is refused with tag `invalid_async_job_id`. */
    async addJobStatus(
      input: CallOptions & { jobId: string; emails: readonly string[] },
    ): Promise<Timed & AdditionJob> {
      const { value, ...timed } = await call({
        invoke: (sdk) => sdk.teamMembersAddJobStatusGetV2({ async_job_id: input.jobId }),
        schema: additionJob(input.emails),
        write: false,
        options: input,
      });
      return { ...value, ...timed };
    },

    /**
     * Removes, or cancels an invitation. `wipeData` is required because Dropbox's default is to wipe. A transfer
     * ends recoverability at once; without one the member can be recovered for seven days.
     */
    async removeMember(
      input: OneMember & {
        wipeData: boolean;
        keepAccount: boolean;
        transfer?: { destinationTeamMemberId: string; adminTeamMemberId: string } | undefined;
      },
    ): Promise<Timed & RemovalLaunch> {
      const { wipeData, keepAccount, transfer } = input;
      const { value, ...timed } = await call({
        invoke: (sdk) =>
          sdk.teamMembersRemove({
            user: user(input),
            wipe_data: wipeData,
            keep_account: keepAccount,
            ...(transfer && {
              transfer_dest_id: userSelector({ teamMemberId: transfer.destinationTeamMemberId }),
              transfer_admin_id: userSelector({ teamMemberId: transfer.adminTeamMemberId }),
            }),
          }),
        schema: removalLaunch,
        write: true,
        options: input,
      });
      return { ...value, ...timed };
    },

    /** A job that broke is refused with tag `internal_error`: read the member back. */
    async removeJobStatus(input: CallOptions & { jobId: string }): Promise<Timed & RemovalJob> {
      const { value, ...timed } = await call({
        invoke: (sdk) => sdk.teamMembersRemoveJobStatusGet({ async_job_id: input.jobId }),
        schema: removalJob,
        write: false,
        options: input,
      });
      return { ...value, ...timed };
    },

    /**
     * Transfers what a removed member had; ends recoverability at once. Asked for twice it is refused, with
     * `user_data_is_being_transferred` and then `user_data_already_transferred`.
     */
    async moveFormerMemberFiles(
      input: OneMember & { destinationTeamMemberId: string; adminTeamMemberId: string },
    ): Promise<Timed & RemovalLaunch> {
      const { value, ...timed } = await call({
        invoke: (sdk) =>
          sdk.teamMembersMoveFormerMemberFiles({
            user: user(input),
            transfer_dest_id: userSelector({ teamMemberId: input.destinationTeamMemberId }),
            transfer_admin_id: userSelector({ teamMemberId: input.adminTeamMemberId }),
          }),
        schema: removalLaunch,
        write: true,
        options: input,
      });
      return { ...value, ...timed };
    },

    /** A job that broke is refused with tag `internal_error`. */
    async moveJobStatus(input: CallOptions & { jobId: string }): Promise<Timed & RemovalJob> {
      const { value, ...timed } = await call({
        invoke: (sdk) => sdk.teamMembersMoveFormerMemberFilesJobStatusCheck({ async_job_id: input.jobId }),
        schema: removalJob,
        write: false,
        options: input,
      });
      return { ...value, ...timed };
    },

    /** Takes a seat (`team_license_limit`); `user_unrecoverable` once the window is over or files were transferred. */
    recoverMember: (input: OneMember): Promise<Timed> =>
      withoutResult(input, (sdk) => sdk.teamMembersRecover({ user: user(input) })),

    /** The member as Dropbox reports it afterwards. Setting what is there already succeeds. */
    async setProfile(input: OneMember & { changes: ProfileChange }): Promise<Timed & { member: Member }> {
      const { email, externalId, givenName, surname } = input.changes;
      const { value, ...timed } = await call({
        invoke: (sdk) =>
          sdk.teamMembersSetProfileV2({
            user: user(input),
            ...defined({
              new_email: email,
              new_external_id: externalId,
              new_given_name: givenName,
              new_surname: surname,
            }),
          }),
        schema: z.object({ member_info: memberInfo }),
        write: true,
        options: input,
      });
      return { member: value.member_info, ...timed };
    },

    /** Of active members only. `wipeData` is required because Dropbox's default is to wipe. */
    suspendMember: (input: OneMember & { wipeData: boolean }): Promise<Timed> =>
      withoutResult(input, (sdk) => sdk.teamMembersSuspend({ user: user(input), wipe_data: input.wipeData })),

    unsuspendMember: (input: OneMember): Promise<Timed> =>
      withoutResult(input, (sdk) => sdk.teamMembersUnsuspend({ user: user(input) })),

    /** Sends another mail each time to an invited member; does nothing for others. */
    sendWelcomeEmail: (input: OneMember): Promise<Timed> =>
      withoutResult(input, (sdk) => sdk.teamMembersSendWelcomeEmail(user(input))),
  };
};
