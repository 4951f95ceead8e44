import assert from 'node:assert/strict';
import type { AccessTokens } from '../../src/dropbox/access-tokens.ts';
import { createDropboxClient } from '../../src/dropbox/client.ts';
import { DropboxFailure } from '../../src/dropbox/failure.ts';
import type { TransportOptions } from '../../src/dropbox/transport.ts';

/** Hands out `token-1`, and `token-2` once that was refused. */
const twoTokens = (): AccessTokens => ({
  current: async () => 'token-1',
  replacing: async () => 'token-2',
});

export const clientOf = (
  origin: string,
  more: Partial<TransportOptions> & { accessToken?: AccessTokens } = {},
) => createDropboxClient({ apiOrigin: origin, accessToken: twoTokens(), ...more });

/** The failure that a call ends in; anything else fails the test. */
export async function failureOf(call: Promise<unknown>): Promise<DropboxFailure> {
  const error = await call.then(
    () => assert.fail('the call succeeded'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof DropboxFailure, `not a DropboxFailure: ${String(error)}`);
  return error;
}

export const teamInfoBody = {
  name: 'Corp',
  team_id: 'dbtid:AAAA',
  num_licensed_users: 50,
  num_provisioned_users: 12,
  policies: { emm_state: { '.tag': 'disabled' } },
};

/** A `TeamMemberInfoV2` as Dropbox sends it for an active member. */
export const memberBody = (overrides: { profile?: object; roles?: unknown } = {}) => ({
  profile: {
    team_member_id: 'dbmid:ada',
    account_id: 'dbid:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    external_id: 'E100',
    email: 'ada@corp.example',
    email_verified: true,
    secondary_emails: [],
    status: { '.tag': 'active' },
    name: {
      given_name: 'Ada',
      surname: 'Lovelace',
      familiar_name: 'Ada',
      display_name: 'Ada Lovelace',
      abbreviated_name: 'AL',
    },
    membership_type: { '.tag': 'full' },
    joined_on: '2026-01-02T03:04:05Z',
    groups: ['g:e2db7665347abcd600000000001a2b3c'],
    member_folder_id: '1',
    root_folder_id: '2',
    ...overrides.profile,
  },
  ...('roles' in overrides ? { roles: overrides.roles } : {}),
});
