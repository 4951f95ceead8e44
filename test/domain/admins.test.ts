import assert from 'node:assert/strict';
import { isLastAdmin } from '../../src/domain/admins.ts';

const FULL = { id: 'pid_dbtmr:AAAAAFMcx6E0tax39Kb0H671TzWLeE07dwaqFQ5fDRy2', name: 'Team' };
const SUPPORT = { id: 'pid_dbtmr:1', name: 'Support' };

describe('the last admin of a team', () => {
  const TABLE: [what: string, roles: (typeof FULL)[], others: string[] | null, is: boolean][] = [
    ['is a full admin beside whom nobody has a role', [FULL], [], true],
    ['is a full admin beside whom others have lesser roles only', [FULL], ['Support', 'Billing'], true],
    ['is not a full admin beside another', [FULL], ['Support', 'Team'], false],
    ['is not anybody without a role', [], [], false],
    ['is not somebody with a lesser role beside an admin', [SUPPORT], ['Team'], false],
    ['is not known before a listing was complete', [FULL], null, false],
    [
      'is known by the name that Dropbox documents, and by an older listing',
      [{ id: 'pid_dbtmr:2', name: 'Team admin' }],
      ['Team'],
      false,
    ],
    ['is known by its id, whatever the name', [{ ...FULL, name: 'Équipe' }, SUPPORT], ['Support'], true],
    [
      'is not a full admin whose renamed role somebody else has',
      [{ ...FULL, name: 'Équipe' }],
      ['Équipe'],
      false,
    ],
    [
      'may have a role that nobody knows, and then counts unless somebody else has any',
      [{ id: 'x', name: 'Chef' }],
      [],
      true,
    ],
    ['has not a role that nobody knows beside any other', [{ id: 'x', name: 'Chef' }], ['Support'], false],
  ];
  for (const [what, roles, others, expected] of TABLE) {
    it(what, () => assert.equal(isLastAdmin({ roles, others }), expected));
  }
});
