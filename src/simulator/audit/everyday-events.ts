import type { AccessMethod, AuditActor, AuditEntry } from './entry.ts';
import { categoryOf } from './event-types.ts';

/** What people do themselves: weight, type, where, details. */
const OWN: readonly (readonly [number, string, AccessMethod, Record<string, unknown>?])[] = [
  [14, 'login_success', 'web', { login_method: { '.tag': 'password' } }],
  [6, 'login_success', 'web', { login_method: { '.tag': 'saml' } }],
  [3, 'logout', 'web', {}],
  [20, 'file_edit', 'desktop', {}],
  [16, 'file_add', 'desktop', {}],
  [8, 'file_download', 'web', {}],
  [9, 'file_preview', 'web', {}],
  [5, 'file_preview', 'mobile', {}],
  [3, 'file_rename', 'web', {}],
  [3, 'file_move', 'web', {}],
  [3, 'file_delete', 'desktop', {}],
  [2, 'create_folder', 'web', {}],
  [4, 'shared_link_create', 'web', {}],
  [4, 'shared_content_view', 'web', {}],
  [2, 'shared_folder_mount', 'web', {}],
  [2, 'file_add_comment', 'web', {}],
  [2, 'paper_doc_view', 'web', { event_uuid: 'paper' }],
  [2, 'paper_doc_edit', 'web', { event_uuid: 'paper' }],
  [1, 'showcase_view', 'web', { event_uuid: 'showcase' }],
  [1, 'device_link_success', 'desktop', { device_session_info: { '.tag': 'desktop_device_session' } }],
  [1, 'password_change', 'web', {}],
];

type Cast = { member: number; other: number };
type Background = readonly [
  type: string,
  access: AccessMethod,
  actor: (cast: Cast) => AuditActor,
  context: (cast: Cast) => AuditEntry['context'],
  participants?: (cast: Cast) => AuditEntry['participants'],
];

const self = ({ member }: Cast): AuditActor => ({ kind: 'user', person: { member } });
const admin = (): AuditActor => ({ kind: 'admin', person: { member: 0 } });
const ofSelf = ({ member }: Cast) => ({ member });
const GUEST = { guest: 'partner@elsewhere.example' };

/** What the log shows of a person who did nothing: failed logins, background work, and what others and machines do. */
const BACKGROUND: readonly Background[] = [
  ['login_fail', 'web', self, ofSelf],
  ['device_change_ip_desktop', 'desktop', self, ofSelf],
  ['device_change_ip_mobile', 'mobile', self, ofSelf],
  ['device_change_ip_web', 'web', self, ofSelf],
  ['emm_refresh_auth_token', 'mobile', self, ofSelf],
  ['sign_in_as_session_start', 'sign_in_as', admin, ofSelf],
  ['file_download', 'sign_in_as', self, ofSelf],
  ['file_edit', 'sign_in_as', admin, ofSelf],
  ['file_add', 'api', () => ({ kind: 'app', app: 'other' }), ofSelf],
  ['file_edit', 'api', self, ofSelf],
  [
    'shared_content_add_member',
    'web',
    ({ other }) => ({ kind: 'admin', person: { member: other % 4 } }),
    ({ other }) => ({ member: other % 4 }),
    ({ member }) => [{ member }],
  ],
  ['shared_link_view', 'web', () => ({ kind: 'user', person: GUEST }), ofSelf],
  ['shared_content_download', 'absent', () => ({ kind: 'anonymous' }), ofSelf],
  ['file_request_receive_file', 'absent', () => ({ kind: 'anonymous' }), ofSelf],
  ['group_add_member', 'admin_console', admin, () => 'team', ({ member }) => [{ member }]],
  ['member_space_limits_change_status', 'absent', () => ({ kind: 'dropbox' }), ofSelf],
];

const OWN_WEIGHT = OWN.reduce((sum, [weight]) => sum + weight, 0);

export function ownEvent({ member, atMs, lot }: { member: number; atMs: number; lot: number }): AuditEntry {
  let left = lot % OWN_WEIGHT;
  const chosen = OWN.find(([weight]) => {
    left -= weight;
    return left < 0;
  });
  const [, type, access, details = {}] = chosen ?? [0, 'login_success', 'web'];
  const person = { member };
  // An admin's own work is marked as an admin's now and then.
  const kind = member < 4 && lot % 3 === 0 ? 'admin' : 'user';
  return {
    type,
    category: categoryOf(type),
    atMs,
    actor: { kind, person },
    access,
    context: person,
    participants: [],
    details,
  };
}

export function backgroundEvent({
  member,
  other,
  atMs,
  lot,
  unknownShare,
}: {
  member: number;
  other: number;
  atMs: number;
  lot: number;
  unknownShare: number;
}): AuditEntry {
  const cast = { member, other };
  const isUnknown = (lot % 1_000) / 1_000 < unknownShare;
  const chosen = BACKGROUND[(lot >>> 5) % BACKGROUND.length];
  if (isUnknown || chosen === undefined) {
    return {
      type: 'not_in_any_specification',
      category: 'other',
      atMs,
      actor: self(cast),
      access: 'web',
      context: { member },
      participants: [],
      details: {},
    };
  }
  const [type, access, actor, context, participants] = chosen;
  return {
    type,
    category: categoryOf(type),
    atMs,
    actor: actor(cast),
    access,
    context: context(cast),
    participants: participants?.(cast) ?? [],
    details: {},
  };
}
