/** Replays histories on workflow code, one after the other, and says of each whether the code decides the same. */
import { Worker } from '@temporalio/worker';
import type { Decision } from './decision.ts';
import { findParting, lastTask, type Parting } from './parting.ts';
import { type HistoryEvent, type RecordedTask, recordedTasks } from './recorded-decisions.ts';

export type ReplayableRun = { workflowId: string; history: { events: HistoryEvent[] } };

export type ReplayVerdict =
  | { kind: 'same' }
  /** `message`: what the Temporal SDK says about it. */
  | ({ kind: 'parted'; message: string } & Parting);

/**
 * Needs no server and no keys: payloads stand decoded in the histories, and what the code would ask of the world is
 * compared with what it asked, never carried out.
 * @param code as `workflowCode` makes it
 * @returns one verdict a run, in the order of the runs
 */
export async function* replayRuns({
  runs,
  code,
}: {
  runs: readonly ReplayableRun[];
  code: string;
}): AsyncGenerator<ReplayVerdict> {
  const trace = new Map<number, Decision[]>();
  const made = (_info: unknown, startedEventId: number, decisions: Decision[]): void => {
    trace.set(startedEventId, [...(trace.get(startedEventId) ?? []), ...decisions]);
  };
  const results = Worker.runReplayHistories(
    { workflowBundle: { code }, sinks: { decisions: { made: { callDuringReplay: true, fn: made } } } },
    runs,
  );
  let i = 0;
  for await (const { error } of results) {
    const tasks = recordedTasks(runs[i]?.history.events ?? []);
    yield verdictOf({ tasks, trace, error });
    // The next history is replayed only when the next result is asked for.
    trace.clear();
    i += 1;
  }
}

/**
 * The SDK judges. Of the last workflow task of an open run it cannot know whether the decisions are right, since
 * nothing follows them; the history holds them, so they are compared here.
 */
function verdictOf({
  tasks,
  trace,
  error,
}: {
  tasks: readonly RecordedTask[];
  trace: ReadonlyMap<number, readonly Decision[]>;
  error: Error | undefined;
}): ReplayVerdict {
  const parting = findParting({ tasks, trace });
  if (error === undefined) {
    if (parting === null) return { kind: 'same' };
    return {
      kind: 'parted',
      ...parting,
      message: 'Nothing follows in the history that the SDK could judge by.',
    };
  }
  const message = sdkMessage(error);
  if (parting !== null) return { kind: 'parted', ...parting, message };
  const task = lastTask({ tasks, trace });
  return {
    kind: 'parted',
    eventId: task?.completedEventId ?? 1,
    at: task?.at ?? null,
    recorded: task === undefined ? 'begins' : 'goes on',
    present: 'cannot do the same; the message says why',
    message,
  };
}

/** The sentence itself, out of the dump of a Rust structure. Only to be read by people. */
function sdkMessage({ message }: Error): string {
  const quoted = /message: ("(?:[^"\\]|\\.)*")/.exec(message)?.[1];
  if (quoted === undefined) return message;
  return quoted.slice(1, -1).replace(/\\(["\\])/g, '$1');
}
