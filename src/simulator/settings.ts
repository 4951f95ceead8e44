import type { OutcomeOverrides } from './members/outcomes.ts';

export type JobOutcome =
  | 'complete'
  | 'failed'
  | 'internal_error'
  | 'internal_error_after_effect'
  | 'never_ends';

/**
 * What can be changed while the simulator runs. Many entries are questions that Dropbox's documentation leaves open; the
 * default is the likelier answer, and the others are there so that Seatkeeper can be tested against each.
 */
export interface SimulatorSettings {
  /** Added before a request is looked at. */
  latencyMs: number;
  /** Calls a minute and team before 429; null is off. Refused calls count too, as at Dropbox. */
  rateLimitPerMinute: number | null;
  /** How often `add_v2` and `remove` answer with a job id instead of the result: 0 never, 1 always. */
  asyncProbability: number;
  jobDurationMs: number;
  jobOutcome: JobOutcome;
  /** After this time a job id is unknown; null keeps it. */
  jobForgottenAfterMs: number | null;
  accessTokenLifetimeMs: number;
  codeLifetimeMs: number;
  /** What an ordinary member meets who tries to install a team app. */
  ordinaryMember: 'dead_end' | 'access_denied';
  /** What somebody with a private account gets: a user token, or no code at all. */
  personalAccount: 'user_token' | 'dead_end';
  /** Scopes the app has switched on in the App Console. A route's scope missing here is a 400 in plain text. */
  appScopes: string[];
  revokeAcceptsTeamToken: boolean;
  /** Whether the grant outlives its admin's removal or demotion. */
  adminInactiveKeepsTokenAlive: boolean;
  /** A listing shows the team as it was when it began. */
  listingSnapshot: boolean;
  /** Chance of a page without members although more follow. */
  listingEmptyPageProbability: number;
  cursorLifetimeMs: number | null;
  /** Largest page, whatever `limit` asks for. */
  listingPageMaximum: number;
  removedVisibleInGetInfo: boolean;
  /** A removed member's address is rewritten in listings. */
  removedEmailRewritten: boolean;
  recoveredState: 'active' | 'as_before';
  provisionedIncludesSuspended: boolean;
  /** `num_used_licenses` is left out of `team/get_info`, as its default allows. */
  usedLicencesAbsent: boolean;
  /** Numbers that `team/get_info` reports in place of its own counting; null counts. */
  reportedUsedLicences: number | null;
  reportedProvisionedUsers: number | null;
  /** Names given at the invitation are shown before the person joins. */
  invitedNamesVisible: boolean;
  /** Whether the plan logs what happens to files; false takes these events out of the log. */
  hasTeamFileEvents: boolean;
  /** Events that the members the team began with leave by themselves, on top of what was recorded. */
  generatedEvents: boolean;
  /** How many, on average. A new value is another history. */
  generatedEventsPerMemberDay: number;
  /** Share of the generated background events that no specification knows. */
  unknownEventTypeShare: number;
  /** An event can be seen only this long after it happened; at Dropbox usually hours, at most 24. */
  auditDelayMs: number;
  /** Within a page in no order at all, instead of nearly in that of time. */
  auditShuffled: boolean;
  /** Chance of a page without events although more follow. */
  auditEmptyPageProbability: number;
  /** Largest page of the log, whatever `limit` asks for. */
  auditPageMaximum: number;
  /** After this time a cursor of the log is a 409 `reset`. */
  auditCursorLifetimeMs: number | null;
  /** Older events are gone. */
  auditRetentionDays: number | null;
  /** Sessions that members have without being given any. */
  generatedDevices: boolean;
  /** Members looked at per page of the list of devices. */
  devicePageMaximum: number;
  /** Outcome per address (lower case) for `add_v2`, such as `user_on_another_team`. */
  addFailures: Record<string, string>;
  /** Addresses under legal hold: their account cannot be kept. */
  legalHoldEmails: string[];
  /** Changes to the table of what each route does in each state. */
  outcomes: OutcomeOverrides;
}

export const ALL_SCOPES = [
  'account_info.read',
  'team_info.read',
  'team_data.member',
  'events.read',
  'members.read',
  'members.write',
  'members.delete',
  'sessions.list',
  'sessions.modify',
  'groups.read',
  'groups.write',
];

export const DEFAULT_SETTINGS: SimulatorSettings = {
  latencyMs: 0,
  rateLimitPerMinute: null,
  asyncProbability: 0.2,
  jobDurationMs: 1_500,
  jobOutcome: 'complete',
  jobForgottenAfterMs: null,
  accessTokenLifetimeMs: 14_400_000,
  codeLifetimeMs: 600_000,
  ordinaryMember: 'dead_end',
  personalAccount: 'user_token',
  appScopes: ALL_SCOPES,
  revokeAcceptsTeamToken: true,
  adminInactiveKeepsTokenAlive: true,
  listingSnapshot: false,
  listingEmptyPageProbability: 0,
  cursorLifetimeMs: null,
  listingPageMaximum: 1_000,
  removedVisibleInGetInfo: true,
  removedEmailRewritten: false,
  recoveredState: 'active',
  provisionedIncludesSuspended: true,
  usedLicencesAbsent: false,
  reportedUsedLicences: null,
  reportedProvisionedUsers: null,
  hasTeamFileEvents: true,
  generatedEvents: true,
  generatedEventsPerMemberDay: 0.12,
  unknownEventTypeShare: 0.05,
  auditDelayMs: 0,
  auditShuffled: false,
  auditEmptyPageProbability: 0,
  auditPageMaximum: 1_000,
  auditCursorLifetimeMs: null,
  auditRetentionDays: null,
  generatedDevices: true,
  devicePageMaximum: 500,
  invitedNamesVisible: true,
  addFailures: {},
  legalHoldEmails: [],
  outcomes: {},
};

const CHOICES: Partial<Record<keyof SimulatorSettings, readonly string[]>> = {
  jobOutcome: ['complete', 'failed', 'internal_error', 'internal_error_after_effect', 'never_ends'],
  ordinaryMember: ['dead_end', 'access_denied'],
  personalAccount: ['user_token', 'dead_end'],
  recoveredState: ['active', 'as_before'],
};

const NULLABLE_NUMBERS: ReadonlySet<string> = new Set([
  'rateLimitPerMinute',
  'jobForgottenAfterMs',
  'cursorLifetimeMs',
  'reportedUsedLicences',
  'reportedProvisionedUsers',
  'auditCursorLifetimeMs',
  'auditRetentionDays',
]);

/** A control was used wrongly; shown to the person as 400. */
export class SimulatorUsageError extends Error {
  override readonly name = 'SimulatorUsageError';
  readonly code = 'simulator_usage';
}

/** Checks a patch that came over HTTP, where nothing has a type. Throws SimulatorUsageError. */
export function checkedSettings(patch: unknown): Partial<SimulatorSettings> {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
    throw new SimulatorUsageError('Settings are a JSON object, such as {"asyncProbability": 1}.');
  }
  for (const [name, value] of Object.entries(patch)) checkSetting({ name, value });
  return patch;
}

function checkSetting({ name, value }: { name: string; value: unknown }): void {
  if (!(name in DEFAULT_SETTINGS)) throw new SimulatorUsageError(`There is no setting ${name}.`);
  const key = name as keyof SimulatorSettings;
  const model = DEFAULT_SETTINGS[key];
  const choices = CHOICES[key];
  const fits = NULLABLE_NUMBERS.has(name)
    ? value === null || typeof value === 'number'
    : Array.isArray(model)
      ? Array.isArray(value) && value.every((entry) => typeof entry === 'string')
      : typeof value === typeof model && value !== null && !Array.isArray(value);
  if (!fits || (choices !== undefined && !choices.includes(String(value)))) {
    const hint = choices ? choices.join(', ') : JSON.stringify(model);
    throw new SimulatorUsageError(`Setting ${name} does not take this value; for example ${hint}.`);
  }
}
