import assert from 'node:assert/strict';
import {
  changedFields,
  defaultSettings,
  lifecycleSettings,
  makesADifference,
  type Settings,
  settingsConflicts,
} from '../../src/domain/settings.ts';

const DEFAULTS = defaultSettings({ dormantAfter: 'P60D' });

describe('settings', () => {
  it('switch every action off until somebody enables it', () => {
    const { provision, suspend, deprovision } = DEFAULTS;
    assert.deepEqual(
      [provision.enabled, suspend.enabled, deprovision.enabled, suspend.wipe, deprovision.wipe],
      [false, false, false, false, false],
    );
    assert.deepEqual(settingsConflicts(DEFAULTS), []);
  });

  it('refuse to keep an account and to take away what is in it', () => {
    const fields = (change: Partial<(typeof DEFAULTS)['deprovision']>) =>
      settingsConflicts({ ...DEFAULTS, deprovision: { ...DEFAULTS.deprovision, ...change } }).map(
        ({ field }) => field,
      );
    assert.deepEqual(fields({ keepAccount: true }), []);
    assert.deepEqual(fields({ wipe: true, transferTo: 'manager' }), []);
    assert.deepEqual(fields({ keepAccount: true, wipe: true }), ['deprovision.wipe']);
    assert.deepEqual(fields({ keepAccount: true, transferTo: { email: 'x@corp.example' } }), [
      'deprovision.transferTo',
    ]);
  });

  it('enter a workflow without the address that files go to', () => {
    const settings = {
      ...DEFAULTS,
      deprovision: { ...DEFAULTS.deprovision, transferTo: { email: 'canary@corp.example' } },
    };
    const carried = lifecycleSettings({ settings, version: 3 });
    assert.equal(carried.deprovision.transferTo, 'person');
    assert.equal(carried.version, 3);
    assert.ok(!JSON.stringify(carried).includes('canary'));
  });

  it('name every field that a change touches', () => {
    const after = {
      ...DEFAULTS,
      dormantAfter: 'P90D',
      deprovision: { ...DEFAULTS.deprovision, transferTo: 'manager' as const },
    };
    assert.deepEqual(changedFields({ before: DEFAULTS, after }), ['deprovision.transferTo', 'dormantAfter']);
    assert.deepEqual(changedFields({ before: after, after }), []);
    assert.ok(changedFields({ before: undefined, after }).includes('provision.enabled'));
  });

  describe('make a difference', () => {
    const on = { ...DEFAULTS, suspend: { enabled: true, wipe: false } };
    const nothing = { skipped: null, attention: null, waiting: null };
    const TABLE: [
      what: string,
      seat: Parameters<typeof makesADifference>[0]['seat'],
      to: Settings,
      is: boolean,
    ][] = [
      ['to a seat that the switch stopped', { ...nothing, skipped: { action: 'suspend' } }, on, true],
      [
        'not to a seat that another switch stopped',
        { ...nothing, skipped: { action: 'provision' } },
        on,
        false,
      ],
      ['not to a seat that stopped nowhere', nothing, on, false],
      ['to a refused suspension', { ...nothing, attention: { code: 'suspension_refused' } }, on, true],
      [
        'not to an address that somebody else has',
        { ...nothing, attention: { code: 'address_taken' } },
        on,
        false,
      ],
      ['not to a wait that recovery has no part in', { ...nothing, waiting: { kind: 'email' } }, on, false],
      [
        'to a wait for a former account, when recovery is switched',
        { ...nothing, waiting: { kind: 'email' } },
        { ...DEFAULTS, deprovision: { ...DEFAULTS.deprovision, recoverOnReturn: false } },
        true,
      ],
      [
        'to an admin who was protected, when that is switched',
        { ...nothing, attention: { code: 'admin_protected' } },
        { ...DEFAULTS, protectAdmins: true },
        true,
      ],
      [
        'not to a protected admin otherwise',
        { ...nothing, attention: { code: 'admin_protected' } },
        on,
        false,
      ],
      [
        'not to an invitation that expired',
        { ...nothing, attention: { code: 'invitation_expired' } },
        {
          ...on,
          invitation: { ...DEFAULTS.invitation, reminders: 5 },
          provision: { enabled: true, silent: true },
        },
        false,
      ],
    ];
    for (const [what, seat, after, expected] of TABLE) {
      it(what, () =>
        assert.equal(
          makesADifference({ seat, changed: changedFields({ before: DEFAULTS, after }), after }),
          expected,
        ),
      );
    }
  });
});
