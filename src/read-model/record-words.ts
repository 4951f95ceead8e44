/** What the record says, entry by entry, in the words people read. Pure. */
import type { DecisionKind, Happening, RecordedAssignment } from '../domain/record.ts';
import { actionSummary, factSummary, outcomeSummary, planSummary, seatSummary } from './timeline-words.ts';

type Data<K extends Happening['kind']> = Extract<Happening, { kind: K }>['data'];

const DECISION: Record<DecisionKind, string> = {
  retry: 'Asked to try again',
  recover: 'Decided to undo the removal',
  approve: 'Decided that the plan holds, whatever was changed in Dropbox',
  adopt: 'Decided to accept what was changed in Dropbox',
  pause: 'Paused the seat',
  resume: 'Resumed the seat',
};

/** @param entry what a leaf holds; `connection` is the slug */
export function summaryOf(
  entry: Happening & { connection?: string; plan?: number; personal?: string },
): string {
  const connection = entry.connection ?? 'no connection';
  switch (entry.kind) {
    case 'fact':
      return factSummary({ data: entry.data, isPersonal: entry.personal !== undefined });
    case 'plan':
      return planSummary({ data: entry.data, version: entry.plan, connection });
    case 'decision':
      return `${DECISION[entry.data.decision]} (${connection}).`;
    case 'action':
      return actionSummary({ data: entry.data, connection });
    case 'outcome':
      return outcomeSummary({ data: entry.data, connection });
    case 'seat':
      return seatSummary({ data: entry.data, connection });
    case 'settings':
      return settingsSummary({ data: entry.data, connection });
    case 'assignments':
      return assignmentsSummary({ data: entry.data, connection });
    case 'connection':
      return connectionSummary({ data: entry.data, connection });
    case 'authorization':
      return authorizationSummary(entry.data);
    case 'api_key':
      return entry.data.event === 'created'
        ? `API key ${entry.data.key} made${entry.data.role === undefined ? '' : `, role ${entry.data.role}`}.`
        : `API key ${entry.data.key} deleted.`;
    case 'sign_in':
      return signInSummary(entry.data);
    case 'refusal':
      return `Refused ${entry.data.operation}: ${entry.data.code}.`;
    case 'sync':
      return entry.data.event === 'succeeded'
        ? `Sync of ${connection} succeeded.`
        : `Sync of ${connection} failed${because(entry.data.code)}; nothing was changed.`;
    default:
      return entry satisfies never;
  }
}

const because = (code: string | undefined): string => (code === undefined ? '' : ` (${code})`);

function settingsSummary({ data, connection }: { data: Data<'settings'>; connection: string }): string {
  const { version, changed } = data;
  return `Settings ${version} of ${connection}: ${changed.length === 0 ? 'first' : `changed ${changed.join(', ')}`}.`;
}

const MOST_NAMED = 5;

function named(subjects: readonly RecordedAssignment[]): string {
  const names = subjects
    .slice(0, MOST_NAMED)
    .map(({ kind, subject }) => (kind === 'everyone' ? 'everyone' : `${kind} ${subject}`));
  const more = subjects.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function assignmentsSummary({
  data: { added, removed },
  connection,
}: {
  data: Data<'assignments'>;
  connection: string;
}): string {
  const changes = [
    ...(added.length > 0 ? [`now ${named(added)}`] : []),
    ...(removed.length > 0 ? [`no longer ${named(removed)}`] : []),
  ];
  return `Assigned to ${connection}: ${changes.join('; ') || 'unchanged'}.`;
}

function connectionSummary({ data, connection }: { data: Data<'connection'>; connection: string }): string {
  switch (data.event) {
    case 'connected':
      return `Connected ${connection}${data.access === 'read' ? ', for reading only' : ''}.`;
    case 'reauthorised':
      return `Authorised ${connection} anew.`;
    case 'broken':
      return `Dropbox no longer lets us work on ${connection}${because(data.code)}; its seats wait.`;
    case 'restored':
      return `Dropbox lets us work on ${connection} again.`;
    case 'paused':
      return `Paused ${connection}; nothing is asked of Dropbox meanwhile.`;
    case 'resumed':
      return `Resumed ${connection}; its seats go on, leavers first.`;
    case 'disconnecting':
      return `Asked to disconnect ${connection}.`;
    case 'disconnected':
      return `Disconnected ${connection}; no member was touched.`;
    default:
      return data.event satisfies never;
  }
}

function authorizationSummary({ event, purpose, code }: Data<'authorization'>): string {
  switch (event) {
    case 'begun':
      return `Authorisation begun, to ${purpose}.`;
    case 'granted':
      return 'Authorisation granted in Dropbox.';
    case 'refused':
      return `Authorisation refused${because(code)}.`;
    default:
      return event satisfies never;
  }
}

function signInSummary({ event, role, operation }: Data<'sign_in'>): string {
  const withRole = role === undefined ? '' : ` of the role ${role}`;
  switch (event) {
    case 'accepted':
      return `A key${withRole} signed in.`;
    case 'refused':
      return 'A key that nobody knows was refused.';
    case 'forbidden':
      return `A key${withRole} may not do ${operation ?? 'that'}.`;
    default:
      return event satisfies never;
  }
}
