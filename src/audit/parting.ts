/** Where a replay and a history part, in plain words. Pure. */
import { type Decision, decisionWords, isSameDecision, lastingDecisions } from './decision.ts';
import type { RecordedTask } from './recorded-decisions.ts';

/** What the present code decided, by the workflow task (its started event) in which it did. */
export type Trace = ReadonlyMap<number, readonly Decision[]>;

export type Parting = {
  /** The event of the history at which the code goes another way. */
  eventId: number;
  at: string | null;
  /** What the history holds there. */
  recorded: string;
  /** What the code does there now. */
  present: string;
};

/** The first difference, or null when code and history agree as far as the code came. */
export function findParting({
  tasks,
  trace,
}: {
  tasks: readonly RecordedTask[];
  trace: Trace;
}): Parting | null {
  for (const task of tasks) {
    const decided = trace.get(task.startedEventId);
    // The code was not brought this far.
    if (decided === undefined) return null;
    const present = lastingDecisions(decided);
    const length = Math.max(present.length, task.decisions.length);
    for (let i = 0; i < length; i += 1) {
      const was = task.decisions[i];
      if (isSameDecision(was?.decision, present[i])) continue;
      return {
        eventId: was?.eventId ?? task.completedEventId,
        at: was?.at ?? task.at,
        recorded: was === undefined ? nothingMore(task) : decisionWords(was.decision),
        present: wordsOf(present[i]),
      };
    }
  }
  return null;
}

const wordsOf = (decision: Decision | undefined): string =>
  decision === undefined ? 'does nothing more and waits' : decisionWords(decision);

const nothingMore = ({ completedEventId }: RecordedTask): string =>
  `does nothing more and waits (after event ${completedEventId})`;

/** For differences that leave no decision of their own: the last task that the code was brought to. */
export function lastTask({
  tasks,
  trace,
}: {
  tasks: readonly RecordedTask[];
  trace: Trace;
}): RecordedTask | undefined {
  return tasks.findLast(({ startedEventId }) => trace.has(startedEventId));
}
