import assert from 'node:assert/strict';
import { defaultSettings, lifecycleSettings, settingsConflicts } from '../../src/domain/settings.ts';

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
});
