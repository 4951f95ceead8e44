import type { team } from 'dropbox';
import { z } from 'zod';
import { defined } from './defined.ts';
import { sameAddress } from './member-lookup.ts';
import { type Member, memberInfo } from './members.ts';

/** `members/add_v2` takes no more people in one call. */
export const MAX_ADDITIONS = 20;

export type NewMember = {
  email: string;
  givenName?: string | undefined;
  surname?: string | undefined;
  /** At most 64 characters. */
  externalId?: string | undefined;
  /** False provisions silently. No default: Dropbox's own is to send. */
  sendWelcomeEmail: boolean;
  /** At most one. */
  roleIds?: readonly string[] | undefined;
};

/**
 * What became of one person. `refused` holds Dropbox's tag (`team_license_limit`, `user_already_on_team`, …, or one
 * nobody knows yet). `unknown`: the answer says nothing about this address; look before doing anything.
 */
export type AdditionResult =
  | { email: string; outcome: 'success'; member: Member }
  | { email: string; outcome: 'refused'; tag: string }
  | { email: string; outcome: 'unknown' };

export type AdditionLaunch =
  | { outcome: 'complete'; results: AdditionResult[] }
  | { outcome: 'job'; jobId: string };

/** `unknown` is a tag that this code does not know: ask again, or read the members back. */
export type AdditionJob =
  | { status: 'in_progress' }
  | { status: 'complete'; results: AdditionResult[] }
  | { status: 'failed' }
  | { status: 'unknown' };

export const additionArgument = (member: NewMember): team.MemberAddV2Arg => ({
  member_email: member.email,
  send_welcome_email: member.sendWelcomeEmail,
  ...defined({
    member_given_name: member.givenName,
    member_surname: member.surname,
    member_external_id: member.externalId,
    role_ids: member.roleIds && [...member.roleIds],
  }),
});

type Item = { tag: string; email?: string | undefined; member?: Member | undefined };

const item = z.looseObject({ '.tag': z.string() }).transform((raw): Item => {
  const tag = raw['.tag'];
  if (tag === 'success') {
    // One success that cannot be read must not hide what became of the other nineteen.
    const member = memberInfo.safeParse(raw).data;
    return { tag, email: member?.email, member };
  }
  // A refusal carries its address under its own tag: {".tag": "team_license_limit", "team_license_limit": "a@b.example"}.
  const email = raw[tag];
  return {
    tag: /^\w{1,80}$/.test(tag) ? tag : 'other',
    email: typeof email === 'string' ? email : undefined,
  };
});

/** `team/members/add_v2`, for these addresses in the order in which they were sent. */
export const additionLaunch = (emails: readonly string[]) =>
  z.union([
    z
      .object({ '.tag': z.literal('complete'), complete: z.array(item) })
      .transform(
        ({ complete }): AdditionLaunch => ({ outcome: 'complete', results: resultsFor(emails, complete) }),
      ),
    z
      .object({ '.tag': z.literal('async_job_id'), async_job_id: z.string().min(1) })
      .transform((job): AdditionLaunch => ({ outcome: 'job', jobId: job.async_job_id })),
  ]);

/** `team/members/add/job_status/get_v2`. What `failed` says is prose that may name people, and is left out. */
export const additionJob = (emails: readonly string[]) =>
  z.union([
    z
      .object({ '.tag': z.literal('complete'), complete: z.array(item) })
      .transform(
        ({ complete }): AdditionJob => ({ status: 'complete', results: resultsFor(emails, complete) }),
      ),
    z.object({ '.tag': z.string() }).transform(({ '.tag': tag }, context): AdditionJob => {
      if (tag === 'in_progress' || tag === 'failed') return { status: tag };
      if (tag !== 'complete') return { status: 'unknown' };
      context.addIssue({ code: 'custom', path: ['complete'] });
      return z.NEVER;
    }),
  ]);

/** An item belongs to the address it names; one that names none (`other`) to that at its place. */
function resultsFor(emails: readonly string[], items: readonly Item[]): AdditionResult[] {
  const names = (candidate: Item | undefined, email: string): boolean =>
    candidate?.email !== undefined && sameAddress(candidate.email, email);
  return emails.map((email, position) => {
    const inPlace = items[position];
    const ofThis =
      inPlace !== undefined &&
      (names(inPlace, email) || (inPlace.email === undefined && items.length === emails.length))
        ? inPlace
        : items.find((candidate) => names(candidate, email));
    if (ofThis === undefined) return { email, outcome: 'unknown' };
    if (ofThis.tag !== 'success') return { email, outcome: 'refused', tag: ofThis.tag };
    return ofThis.member === undefined
      ? { email, outcome: 'unknown' }
      : { email, outcome: 'success', member: ofThis.member };
  });
}
