/** The present workflows as one text, with a tracer of their decisions: what a replay runs. */
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, Runtime } from '@temporalio/worker';

const DECISION_TRACE = fileURLToPath(new URL('./decision-trace.ts', import.meta.url));

const QUIET = new DefaultLogger('ERROR', () => {});

/**
 * Takes some seconds.
 * @param workflowsPath the file that exports every workflow
 * @returns JavaScript, for `replayFile`
 */
export async function workflowCode({ workflowsPath }: { workflowsPath: string }): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [DECISION_TRACE],
    logger: QUIET,
  });
  return code;
}

/** For a process that does nothing but replay: the SDK writes to the terminal otherwise. Before any other use of it. */
export function silenceTemporal(): void {
  Runtime.install({ logger: QUIET, telemetryOptions: { logging: { filter: 'OFF' } } });
}
