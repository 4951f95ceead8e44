import type { LedgerEffect } from '../ledger.ts';
import type { Member } from '../members/member.ts';
import type { AuditActor, AuditEntry } from './entry.ts';
import { categoryOf } from './event-types.ts';

type StatusValue = 'not_joined' | 'invited' | 'active' | 'suspended' | 'removed';

/** `delete` leaves nothing outside the team, `leave` is an account that was kept. */
const removal = (leaves: boolean) => ({
  action: { '.tag': 'remove_action', remove_action: { '.tag': leaves ? 'leave' : 'delete' } },
});

const ADMIN_BY_HAND = { kind: 'admin', person: { member: 0 } } as const;

function statusChange({
  member,
  atMs,
  from,
  to,
  actor,
  access,
  more = {},
}: {
  member: number;
  atMs: number;
  from: StatusValue;
  to: StatusValue;
  actor: AuditActor;
  access: AuditEntry['access'];
  more?: Record<string, unknown>;
}): AuditEntry {
  return entryOf({
    type: 'member_change_status',
    member,
    atMs,
    actor,
    access,
    details: { previous_value: { '.tag': from }, new_value: { '.tag': to }, ...more },
  });
}

/** Seen from the log, the person to whom something is done is the context; who did it is the actor. */
const entryOf = ({
  member,
  ...entry
}: Pick<AuditEntry, 'type' | 'atMs' | 'actor' | 'access' | 'details'> & { member: number }): AuditEntry => ({
  ...entry,
  category: categoryOf(entry.type),
  context: { member },
  participants: [],
});

/** The invitations, suspensions and removals with which the generated team begins, all by an admin's hand. */
export function generatedStatusChange({
  member,
  fromMs,
  toMs,
}: {
  member: Member;
  fromMs: number;
  toMs: number;
}): AuditEntry | null {
  const { status, invitedAtMs, suspendedAtMs, index } = member;
  const within = (ms: number | null): ms is number => ms !== null && ms > fromMs && ms <= toMs;
  const by = { member: index, actor: ADMIN_BY_HAND, access: 'admin_console' } as const;
  if (status.kind === 'removed' && within(status.atMs)) {
    const more = removal(status.disconnected);
    return statusChange({ ...by, atMs: status.atMs, from: status.before, to: 'removed', more });
  }
  if (status.kind === 'suspended' && within(suspendedAtMs)) {
    return statusChange({ ...by, atMs: suspendedAtMs, from: 'active', to: 'suspended' });
  }
  if (status.kind === 'invited' && within(invitedAtMs)) {
    return statusChange({ ...by, atMs: invitedAtMs, from: 'not_joined', to: 'invited' });
  }
  return null;
}

/** The event that a change in the simulator leaves in the log; nothing for what Dropbox does not log. */
export function entryOfEffect({
  effect,
  member,
  atMs,
}: {
  effect: Pick<LedgerEffect, 'kind' | 'by' | 'details'>;
  member: Member | undefined;
  atMs: number;
}): AuditEntry | null {
  const { kind, details } = effect;
  const origin =
    effect.by === 'api'
      ? ({ actor: { kind: 'app', app: 'ours' }, access: 'api' } as const)
      : ({ actor: ADMIN_BY_HAND, access: 'admin_console' } as const);
  if (kind === 'revoke_grant') {
    return {
      type: 'app_unlink_team',
      category: 'apps',
      atMs,
      ...origin,
      context: 'team',
      participants: [],
      details: {},
    };
  }
  if (member === undefined) return null;
  const change = { member: member.index, atMs, ...origin };
  switch (kind) {
    case 'add':
      return statusChange({ ...change, from: 'not_joined', to: 'invited' });
    case 'join': {
      const actor = { kind: 'user', person: { member: member.index } } as const;
      return statusChange({ ...change, actor, access: 'web', from: 'invited', to: 'active' });
    }
    case 'suspend':
      return statusChange({ ...change, from: 'active', to: 'suspended' });
    case 'unsuspend':
      return statusChange({ ...change, from: 'suspended', to: 'active' });
    case 'remove': {
      const from = details.before === 'invited' || details.before === 'suspended' ? details.before : 'active';
      return statusChange({ ...change, from, to: 'removed', more: removal(details.keepAccount === true) });
    }
    case 'recover': {
      const to = member.status.kind === 'suspended' ? 'suspended' : 'active';
      return statusChange({ ...change, from: 'removed', to });
    }
    case 'transfer':
      return entryOf({ ...change, type: 'member_transfer_account_contents', details: {} });
    case 'set_profile': {
      const changesEmail = Array.isArray(details.fields) && details.fields.includes('email');
      const type = changesEmail ? 'member_change_email' : 'member_change_name';
      return entryOf({ ...change, type, details: changesEmail ? { new_value: member.email } : {} });
    }
    case 'set_roles': {
      const new_value = { '.tag': member.roleIds.length === 0 ? 'member_only' : 'team_admin' };
      return entryOf({ ...change, type: 'member_change_admin_role', details: { new_value } });
    }
    case 'authorise': {
      const actor = { kind: 'admin', person: { member: member.index } } as const;
      return entryOf({ ...change, actor, access: 'web', type: 'app_link_team', details: {} });
    }
    case 'set_licences':
    case 'send_welcome_email':
      return null;
  }
}
