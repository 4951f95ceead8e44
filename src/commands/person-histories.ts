/** Histories of workflows, as Temporal keeps them, with payloads decoded: for the audit export. */
import { type Client, isGrpcServiceError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { historyToJSON, type Payload } from '@temporalio/common/lib/proto-utils.js';
import type { ExportedRun, HistoryProblem } from '../domain/audit-export.ts';

/** Temporal did not answer in time. */
export class TemporalUnavailable extends Error {
  readonly code = 'temporal_unavailable';
}

export type WorkflowHistories = {
  /**
   * Every run that Temporal still keeps, oldest first, open ones included.
   * @throws {TemporalUnavailable}
   */
  runsOf(workflowIds: readonly string[]): Promise<ExportedRun[]>;
  /**
   * The history of one run as protobuf JSON on one line, or why there is none.
   * @throws {TemporalUnavailable}
   */
  historyOf(run: ExportedRun): Promise<{ json: string } | { problem: HistoryProblem }>;
};

const LIST_WITHIN_MS = 5_000;
const FETCH_WITHIN_MS = 60_000;

/** @param codec undoes what the client's own codec did; a history is fetched as it is kept */
export function workflowHistories({
  client,
  codec,
}: {
  client: Client;
  codec: Pick<PayloadCodec, 'decode'>;
}): WorkflowHistories {
  return {
    runsOf: (workflowIds) =>
      answered({
        client,
        withinMs: LIST_WITHIN_MS,
        ask: async () => {
          const runs: ExportedRun[] = [];
          for (const workflowId of workflowIds) runs.push(...(await runsOfOne({ client, workflowId })));
          return runs.sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
        },
      }),
    historyOf: ({ workflowId, runId }) =>
      answered({
        client,
        withinMs: FETCH_WITHIN_MS,
        ask: async () => {
          try {
            const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
            await decodePayloads({ value: history, codec });
            // As few bytes as can be: the converter itself indents.
            return { json: JSON.stringify(JSON.parse(historyToJSON(history))) };
          } catch (error) {
            if (isNotFound(error)) return { problem: 'no_longer_kept' };
            if (error instanceof Error && error.name === 'UnknownKeyError') return { problem: 'key_missing' };
            throw error;
          }
        },
      }),
  };
}

type Execution = {
  workflowId: string;
  runId: string;
  type: string;
  startTime: Date;
  closeTime?: Date;
  status: { name: string };
};

const runOf = ({ workflowId, runId, type, startTime, closeTime, status }: Execution): ExportedRun => ({
  workflowId,
  runId,
  workflowType: type,
  startedAt: startTime.toISOString(),
  closedAt: closeTime?.toISOString() ?? null,
  status: status.name,
});

async function runsOfOne({
  client,
  workflowId,
}: {
  client: Client;
  workflowId: string;
}): Promise<ExportedRun[]> {
  const byRunId = new Map<string, ExportedRun>();
  const query = `WorkflowId = '${workflowId.replaceAll("'", "''")}'`;
  for await (const execution of client.workflow.list({ query })) {
    byRunId.set(execution.runId, runOf(execution));
  }
  // The list is a little behind; the newest run is asked for by itself.
  try {
    const newest = await client.workflow.getHandle(workflowId).describe();
    byRunId.set(newest.runId, runOf(newest));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return [...byRunId.values()];
}

async function answered<T>({
  client,
  withinMs,
  ask,
}: {
  client: Client;
  withinMs: number;
  ask: () => Promise<T>;
}): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + withinMs, ask);
  } catch (error) {
    if (error instanceof ServiceError || isGrpcServiceError(error)) {
      throw new TemporalUnavailable('Temporal did not answer.', { cause: error });
    }
    throw error;
  }
}

/** grpc-js would be a dependency for one number. */
const GRPC_NOT_FOUND = 5;
const isNotFound = (error: unknown): boolean =>
  error instanceof WorkflowNotFoundError || (isGrpcServiceError(error) && error.code === GRPC_NOT_FOUND);

const isPayload = (value: object): value is Payload =>
  'metadata' in value && 'data' in value && value.data instanceof Uint8Array;

/** In place: payloads stand at many depths, and a history is ours alone once it was fetched. */
export async function decodePayloads({
  value,
  codec,
}: {
  value: object;
  codec: Pick<PayloadCodec, 'decode'>;
}): Promise<void> {
  for (const [key, part] of Object.entries(value)) {
    if (typeof part !== 'object' || part === null || ArrayBuffer.isView(part)) continue;
    if (isPayload(part)) {
      const [decoded] = await codec.decode([part]);
      Object.assign(value, { [key]: decoded });
    } else await decodePayloads({ value: part, codec });
  }
}
