/** The settings of a connection: what each action does, each enabled by itself. */
import type { Attention, AttentionCode, SkippedAction, Waiting } from './seat.ts';

export type Settings = {
  provision: { enabled: boolean; silent: boolean; role?: string };
  suspend: { enabled: boolean; wipe: boolean };
  deprovision: {
    enabled: boolean;
    wipe: boolean;
    transferTo: 'none' | 'manager' | { email: string };
    keepAccount: boolean;
    recoverOnReturn: boolean;
  };
  /** Durations are ISO 8601. */
  invitation: { remindAfter: string; reminders: number; onExpiry: 'keep' | 'cancel'; expireAfter: string };
  /** Members with an admin role are neither suspended nor removed; absent is no. */
  protectAdmins?: boolean;
  /** What one seat costs a year, in the currency of the person who reads it. */
  seatPrice?: number;
  /** Whether one of two people who swap addresses may step aside to a parking address for a moment; absent is `park`. */
  addressSwap?: 'park' | 'ask';
  drift: 'adopt' | 'revert' | 'ask';
  brake: { count: number; percent: number; window: string };
  dormantAfter: string;
};

/** The part that a workflow needs: an e-mail destination is named by its kind. */
export type LifecycleSettings = {
  version: number;
  provision: { enabled: boolean };
  suspend: { enabled: boolean };
  deprovision: { enabled: boolean; transferTo: 'none' | 'manager' | 'person' };
};

export const defaultSettings = (defaults: { dormantAfter: string }): Settings => ({
  provision: { enabled: false, silent: false },
  suspend: { enabled: false, wipe: false },
  deprovision: { enabled: false, wipe: false, transferTo: 'none', keepAccount: false, recoverOnReturn: true },
  invitation: { remindAfter: 'P3D', reminders: 2, onExpiry: 'keep', expireAfter: 'P30D' },
  drift: 'ask',
  brake: { count: 10, percent: 5, window: 'P1D' },
  dormantAfter: defaults.dormantAfter,
});

/** Paths of the fields that differ, such as `deprovision.wipe`; all of them when there was nothing before. */
export function changedFields({
  before,
  after,
}: {
  before: Settings | undefined;
  after: Settings;
}): string[] {
  const flat = (settings: Settings | undefined): Map<string, string> =>
    new Map(
      Object.entries(settings ?? {}).flatMap(([name, value]) =>
        typeof value === 'object'
          ? Object.entries(value).map(([part, inner]) => [`${name}.${part}`, JSON.stringify(inner)] as const)
          : [[name, JSON.stringify(value)] as const],
      ),
    );
  const left = flat(before);
  const right = flat(after);
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((path) => left.get(path) !== right.get(path))
    .sort();
}

export type SettingsConflict = { field: string; detail: string };

/**
 * Combinations that Dropbox refuses: a kept account can neither be wiped nor have its files moved away
 * (`members/remove`: cannot_keep_account_and_delete_data, cannot_keep_account_and_transfer).
 */
export function settingsConflicts(settings: Settings): SettingsConflict[] {
  const { keepAccount, wipe, transferTo } = settings.deprovision;
  const conflicts: SettingsConflict[] = [];
  if (keepAccount && wipe) {
    conflicts.push({
      field: 'deprovision.wipe',
      detail: 'An account that is kept cannot be wiped. Switch off keepAccount or wipe.',
    });
  }
  if (keepAccount && transferTo !== 'none') {
    conflicts.push({
      field: 'deprovision.transferTo',
      detail: 'An account that is kept keeps its files. Switch off keepAccount, or set transferTo to "none".',
    });
  }
  return conflicts;
}

export function lifecycleSettings({
  settings,
  version,
}: {
  settings: Settings;
  version: number;
}): LifecycleSettings {
  const { transferTo } = settings.deprovision;
  return {
    version,
    provision: { enabled: settings.provision.enabled },
    suspend: { enabled: settings.suspend.enabled },
    deprovision: {
      enabled: settings.deprovision.enabled,
      transferTo: typeof transferTo === 'string' ? transferTo : 'person',
    },
  };
}

type Section = 'provision' | 'suspend' | 'deprovision' | 'addressSwap' | 'protectAdmins';

/** Which settings an attention may be cured by; the others have causes outside. */
const CURED_BY: Partial<Record<AttentionCode, readonly Section[]>> = {
  address_swap: ['addressSwap'],
  admin_protected: ['protectAdmins'],
  legal_hold: ['deprovision'],
  terms_not_signed: ['deprovision'],
  account_cannot_be_kept: ['deprovision'],
  settings_conflict: ['deprovision'],
  transfer_destination_unusable: ['deprovision'],
  transfer_admin_unusable: ['deprovision'],
  files_not_transferable: ['deprovision'],
  transfer_refused: ['deprovision'],
  removal_refused: ['deprovision'],
  recovery_refused: ['deprovision'],
  invitation_failed: ['provision'],
  invitation_refused: ['provision'],
  suspension_refused: ['suspend'],
  request_rejected: ['provision', 'suspend', 'deprovision'],
  refused: ['provision', 'suspend', 'deprovision'],
};

/**
 * Whether a seat that stopped under one version of the settings would do something else under another.
 * @param changed the fields that differ, as `changedFields` names them
 */
export function makesADifference({
  seat: { skipped, attention, waiting },
  changed,
  after,
}: {
  seat: {
    skipped: Pick<SkippedAction, 'action'> | null;
    attention: Pick<Attention, 'code'> | null;
    waiting: Pick<Waiting, 'kind'> | null;
  };
  changed: readonly string[];
  after: Settings;
}): boolean {
  if (skipped !== null) return after[skipped.action].enabled;
  const isChanged = (path: string): boolean =>
    changed.some((field) => field === path || field.startsWith(`${path}.`));
  if (attention !== null) {
    return (CURED_BY[attention.code] ?? []).some(isChanged);
  }
  // It waits for a former account: whether that is recovered is a setting.
  return waiting?.kind === 'email' && isChanged('deprovision.recoverOnReturn');
}
