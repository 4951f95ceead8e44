import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type DirectoryProfile,
  parkingAddress,
  profileChanges,
  type ShownProfile,
} from '../../src/domain/profile-changes.ts';

const ADA: DirectoryProfile = { email: 'ada@corp.example', givenName: 'Ada', surname: 'Byron' };
const SHOWN: ShownProfile = {
  email: 'ada@corp.example',
  givenName: 'Ada',
  surname: 'Byron',
  status: 'active',
};

const changes = ({
  base = ADA,
  wanted = {},
  shown = {},
  namesSent = false,
}: {
  base?: DirectoryProfile | null;
  wanted?: Partial<DirectoryProfile>;
  shown?: Partial<ShownProfile>;
  namesSent?: boolean;
}) => profileChanges({ base, wanted: { ...ADA, ...wanted }, shown: { ...SHOWN, ...shown }, namesSent });

describe('a change of name or address', () => {
  it('is what HR changed and Dropbox does not show yet', () => {
    assert.deepEqual(changes({ wanted: { surname: 'Lovelace' } }), { surname: 'Lovelace' });
    assert.deepEqual(changes({ wanted: { surname: 'Lovelace' }, shown: { surname: 'Lovelace' } }), {});
    assert.deepEqual(changes({ wanted: { email: 'al@corp.example' } }), { email: 'al@corp.example' });
  });

  it('leaves alone what somebody calls themselves in Dropbox', () => {
    assert.deepEqual(changes({ wanted: { surname: 'Lovelace' }, shown: { givenName: 'Addie' } }), {
      surname: 'Lovelace',
    });
    assert.deepEqual(changes({ shown: { givenName: 'Addie', email: 'other@corp.example' } }), {});
  });

  it('is nothing where nobody knows what the member was brought up to date with', () => {
    assert.deepEqual(changes({ base: null, wanted: { surname: 'Lovelace', email: 'al@corp.example' } }), {});
  });

  it('is no change of address when only the case differs, and of a name when only its encoding does', () => {
    assert.deepEqual(changes({ wanted: { email: 'ADA@Corp.example' } }), {});
    assert.deepEqual(changes({ wanted: { surname: 'Zoe\u0308' }, shown: { surname: 'Zo\u00eb' } }), {});
  });

  it('sends names that Dropbox hides once, and again when the answer was lost', () => {
    const invited = { status: 'invited', givenName: '', surname: '' } as const;
    assert.deepEqual(changes({ wanted: { surname: 'Lovelace' }, shown: invited }), { surname: 'Lovelace' });
    assert.deepEqual(changes({ wanted: { surname: 'Lovelace' }, shown: invited, namesSent: true }), {});
    // What is shown is not believed to be hidden.
    const named = { ...invited, surname: 'Byron' };
    assert.deepEqual(changes({ wanted: { surname: 'Lovelace' }, shown: named, namesSent: true }), {
      surname: 'Lovelace',
    });
  });

  it('never empties a name or an address', () => {
    assert.deepEqual(changes({ wanted: { surname: null, givenName: '???', email: null } }), {});
  });

  it('comes to rest: when Dropbox shows what was asked for, nothing is left', () => {
    const name = fc.option(fc.string({ unit: 'grapheme' }), { nil: null });
    const email = fc.option(fc.emailAddress(), { nil: null });
    const profile = fc.record({ email, givenName: name, surname: name });
    fc.assert(
      fc.property(profile, profile, fc.constantFrom('active', 'suspended'), (base, wanted, status) => {
        const shown = { ...SHOWN, status };
        const asked = profileChanges({ base, wanted, shown, namesSent: false });
        for (const value of Object.values(asked)) assert.ok(value.length > 0);
        const after = { ...shown, ...asked };
        assert.deepEqual(profileChanges({ base, wanted, shown: after, namesSent: false }), {});
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a parking address', () => {
  it('is the same for a seat each time, on the domain of the address that is left', () => {
    const parked = parkingAddress({ seatId: 'seat_0123456789abcdef01234567', email: 'ada@eu.corp.example' });
    assert.equal(parked, 'seatkeeper-parked-0123456789abcdef01234567@eu.corp.example');
    assert.equal(parkingAddress({ seatId: 'seat_0123456789abcdef01234567', email: parked }), parked);
  });

  it('is one that Dropbox takes', () => {
    const pattern = /^['#&A-Za-z0-9._%+-]+@[A-Za-z0-9-][A-Za-z0-9.-]*\.[A-Za-z]{2,15}$/;
    assert.match(parkingAddress({ seatId: `seat_${'f'.repeat(32)}`, email: 'a@corp.example' }), pattern);
  });
});
