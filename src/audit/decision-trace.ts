/**
 * Runs inside the workflow sandbox during a replay: tells what the code decides at each workflow task. Changes nothing
 * of it. The Temporal SDK says that a replay went another way, but seldom where; this is how we know.
 */
import {
  type ConcludeActivationInput,
  proxySinks,
  type Sinks,
  type WorkflowInterceptors,
  workflowInfo,
} from '@temporalio/workflow';
import type { Decision } from './decision.ts';

export interface DecisionSinks extends Sinks {
  decisions: {
    /** @param startedEventId of the workflow task in which these were decided */
    made(startedEventId: number, decisions: Decision[]): void;
  };
}

const { decisions } = proxySinks<DecisionSinks>();

type Command = ConcludeActivationInput['commands'][number];

function decisionOf(command: Command): Decision[] {
  const { scheduleActivity, startTimer, cancelTimer, startChildWorkflowExecution } = command;
  if (scheduleActivity) {
    return [
      { kind: 'activity', name: `${scheduleActivity.activityType}`, id: `activity ${scheduleActivity.seq}` },
    ];
  }
  if (command.requestCancelActivity) {
    return [{ kind: 'withdrawn', id: `activity ${command.requestCancelActivity.seq}` }];
  }
  if (startTimer) return [{ kind: 'timer', id: `timer ${startTimer.seq}` }];
  if (cancelTimer) return [{ kind: 'withdrawn', id: `timer ${cancelTimer.seq}` }];
  if (startChildWorkflowExecution) {
    return [{ kind: 'child', name: `${startChildWorkflowExecution.workflowType}` }];
  }
  if (command.signalExternalWorkflowExecution) return [{ kind: 'signal' }];
  if (command.upsertWorkflowSearchAttributes) return [{ kind: 'search_attributes' }];
  if (command.completeWorkflowExecution) return [{ kind: 'completed' }];
  if (command.failWorkflowExecution) return [{ kind: 'failed' }];
  if (command.cancelWorkflowExecution) return [{ kind: 'cancelled' }];
  if (command.continueAsNewWorkflowExecution) return [{ kind: 'continued_as_new' }];
  // Everything else leaves no event, or one that the SDK itself watches over (patches).
  return [];
}

export const interceptors = (): WorkflowInterceptors => ({
  internals: [
    {
      concludeActivation: (input, next) => {
        decisions.made(workflowInfo().historyLength, input.commands.flatMap(decisionOf));
        return next(input);
      },
    },
  ],
});
