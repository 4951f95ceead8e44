/** What a history, as protobuf JSON, holds of the decisions of its workflow. Pure. */
import type { Decision } from './decision.ts';

export type HistoryEvent = {
  eventId: string;
  eventTime?: string;
  eventType: string;
  workflowTaskCompletedEventAttributes?: { startedEventId?: string };
  activityTaskScheduledEventAttributes?: { activityType?: { name?: string } };
  startChildWorkflowExecutionInitiatedEventAttributes?: { workflowType?: { name?: string } };
};

/** One workflow task that was completed, with the events that its decisions left. */
export type RecordedTask = {
  startedEventId: number;
  completedEventId: number;
  /** RFC 3339, UTC. */
  at: string | null;
  decisions: { decision: Decision; eventId: number; at: string | null }[];
};

const decisionOf = (event: HistoryEvent): Decision | null => {
  switch (event.eventType) {
    case 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED':
      return { kind: 'activity', name: `${event.activityTaskScheduledEventAttributes?.activityType?.name}` };
    case 'EVENT_TYPE_TIMER_STARTED':
      return { kind: 'timer' };
    case 'EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED': {
      const attributes = event.startChildWorkflowExecutionInitiatedEventAttributes;
      return { kind: 'child', name: `${attributes?.workflowType?.name}` };
    }
    case 'EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED':
      return { kind: 'signal' };
    case 'EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES':
      return { kind: 'search_attributes' };
    case 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED':
      return { kind: 'completed' };
    case 'EVENT_TYPE_WORKFLOW_EXECUTION_FAILED':
      return { kind: 'failed' };
    case 'EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED':
      return { kind: 'cancelled' };
    case 'EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW':
      return { kind: 'continued_as_new' };
    default:
      return null;
  }
};

export function recordedTasks(events: readonly HistoryEvent[]): RecordedTask[] {
  const tasks: RecordedTask[] = [];
  for (const event of events) {
    const eventId = Number(event.eventId);
    const at = event.eventTime === undefined ? null : new Date(event.eventTime).toISOString();
    if (event.eventType === 'EVENT_TYPE_WORKFLOW_TASK_COMPLETED') {
      const startedEventId = Number(event.workflowTaskCompletedEventAttributes?.startedEventId);
      tasks.push({ startedEventId, completedEventId: eventId, at, decisions: [] });
    }
    // Decisions follow the end of their workflow task at once; whatever else happens is written after the next begins.
    const decision = decisionOf(event);
    if (decision !== null) tasks.at(-1)?.decisions.push({ decision, eventId, at });
  }
  return tasks;
}
