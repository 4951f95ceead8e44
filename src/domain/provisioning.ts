/**
 * How somebody becomes a member, from what Dropbox shows. Pure. The rules:
 * 1. A member that is there is adopted, never invited twice; another external id on it is never overwritten.
 * 2. A former account of the same person is recovered while Dropbox can.
 * 3. Somebody else's former account keeps the address until Dropbox can no longer recover it.
 * 4. Only when nobody is there is anybody added.
 */
import type { AttentionCode, MemberStatus } from './seat.ts';

/** A member as far as these rules look at it. */
export type SeenMember = {
  teamMemberId: string;
  externalId?: string | undefined;
  email: string;
  status: MemberStatus;
  recoverable?: boolean | undefined;
};

export type ProvisioningStep<M extends SeenMember = SeenMember> =
  /** The member is there and carries the external id. */
  | { do: 'accept'; member: M }
  /** The member is there without an external id: give it ours. */
  | { do: 'adopt'; member: M }
  | { do: 'recover'; member: M }
  | { do: 'add' }
  /** Dropbox keeps the address for a former account that can still be recovered. */
  | { do: 'wait'; member: M }
  | { do: 'flag'; code: AttentionCode };

const isThere = (member: SeenMember | null): boolean =>
  member !== null && member.status !== 'removed' && member.status !== 'unknown';

const isRecoverable = (member: SeenMember | null): boolean =>
  member !== null && member.status === 'removed' && member.recoverable === true;

/**
 * @param own the member that this seat had before, or that carries the person's external id
 * @param byEmail the member that has the address now
 */
export function provisioningStep<M extends SeenMember>({
  personId,
  own,
  byEmail,
  recoverOnReturn,
}: {
  personId: string;
  own: M | null;
  byEmail: M | null;
  recoverOnReturn: boolean;
}): ProvisioningStep<M> {
  // A status that nobody knows: nothing may be concluded from it.
  if (own?.status === 'unknown' || byEmail?.status === 'unknown') return { do: 'flag', code: 'drift' };
  if (own !== null && isThere(own)) {
    return own.externalId === personId ? { do: 'accept', member: own } : adoption({ personId, member: own });
  }
  if (byEmail !== null && isThere(byEmail)) return adoption({ personId, member: byEmail });
  if (own !== null && isRecoverable(own)) {
    return recoverOnReturn ? { do: 'recover', member: own } : { do: 'wait', member: own };
  }
  if (byEmail !== null && isRecoverable(byEmail)) {
    const samePerson = byEmail.externalId === personId;
    return samePerson && recoverOnReturn
      ? { do: 'recover', member: byEmail }
      : { do: 'wait', member: byEmail };
  }
  return { do: 'add' };
}

function adoption<M extends SeenMember>({
  personId,
  member,
}: {
  personId: string;
  member: M;
}): ProvisioningStep<M> {
  if (member.externalId === personId) return { do: 'accept', member };
  return member.externalId === undefined ? { do: 'adopt', member } : { do: 'flag', code: 'former_identity' };
}

/** `set_profile` and `add` refuse longer names and these signs; a person is never refused for a name. */
const NAME_LENGTH = 50;
const REFUSED_SIGNS = /[/:?*<>"|]/g;

/** A name as Dropbox takes it; undefined where nothing is left of it. */
export function dropboxName(name: string | null): string | undefined {
  const cleaned = (name ?? '').replace(REFUSED_SIGNS, ' ').replace(/\s+/g, ' ').trim();
  return [...cleaned].slice(0, NAME_LENGTH).join('').trim() || undefined;
}
