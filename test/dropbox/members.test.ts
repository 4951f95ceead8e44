import assert from 'node:assert/strict';
import { memberInfo } from '../../src/dropbox/members.ts';
import { memberBody } from './fixtures.ts';

const status = (value: object) => memberInfo.parse(memberBody({ profile: { status: value } }));

describe('a member as Dropbox reports it', () => {
  it('keeps what Seatkeeper works with', () => {
    const roles = [{ role_id: 'pid_dbtmr:1', name: 'Team', description: 'Manages everything' }];
    assert.deepEqual(memberInfo.parse(memberBody({ roles })), {
      teamMemberId: 'dbmid:ada',
      accountId: 'dbid:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      externalId: 'E100',
      email: 'ada@corp.example',
      emailVerified: true,
      secondaryEmails: [],
      givenName: 'Ada',
      surname: 'Lovelace',
      displayName: 'Ada Lovelace',
      status: 'active',
      membershipType: 'full',
      joinedAt: new Date('2026-01-02T03:04:05Z'),
      roles: [{ id: 'pid_dbtmr:1', name: 'Team' }],
    });
  });

  it('takes an invited member without names, roles and date of joining', () => {
    const name = { given_name: '', surname: '', familiar_name: '', display_name: '', abbreviated_name: '' };
    const member = memberInfo.parse(
      memberBody({
        profile: {
          status: { '.tag': 'invited' },
          name,
          email_verified: false,
          external_id: '',
          joined_on: undefined,
          invited_on: '2026-11-01T00:00:00Z',
        },
      }),
    );
    assert.equal(member.status, 'invited');
    assert.equal(member.givenName, '');
    assert.deepEqual(member.roles, []);
    assert.deepEqual(member.invitedAt, new Date('2026-11-01T00:00:00Z'));
    assert.equal('joinedAt' in member, false);
    assert.equal('externalId' in member, false);
  });

  it('says of removed members, and of nobody else, whether they can be recovered', () => {
    const removed = status({ '.tag': 'removed', is_recoverable: true, is_disconnected: false });
    assert.deepEqual([removed.status, removed.recoverable, removed.disconnected], ['removed', true, false]);
    assert.equal('recoverable' in status({ '.tag': 'active', is_recoverable: true }), false);
  });

  it('turns a status that nobody knows into unknown, never into one of ours', () => {
    for (const tag of ['hibernating', 'unknown', 'Active', '']) {
      assert.equal(status({ '.tag': tag }).status, 'unknown');
    }
  });

  it('takes null for absent, unknown fields and unknown membership types', () => {
    const member = memberInfo.parse(
      memberBody({
        profile: {
          external_id: null,
          suspended_on: null,
          secondary_emails: null,
          joined_on: 'yesterday',
          membership_type: { '.tag': 'light' },
          favourite_colour: { '.tag': 'green' },
        },
        roles: null,
      }),
    );
    assert.equal('externalId' in member || 'suspendedAt' in member || 'joinedAt' in member, false);
    assert.equal(member.membershipType, 'light');
  });

  it('does not accept somebody without identity, address or status', () => {
    for (const missing of ['team_member_id', 'email', 'status']) {
      const { error } = memberInfo.safeParse(memberBody({ profile: { [missing]: undefined } }));
      assert.ok(error, missing);
    }
  });
});
