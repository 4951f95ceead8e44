/**
 * Whether Temporal is there to be told. When nothing could be sent, one probe asks again and again, and everybody waits
 * for it, instead of each row running into its own deadline.
 */
import type { Client } from '@temporalio/client';
import type { Pace } from './pace.ts';

const PROBE_TIMEOUT_MS = 2_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

export type TemporalLink = {
  /** Resolves when Temporal is there as far as anybody knows, or soon after the relay is to stop. */
  ready(): Promise<void>;
  /** Nothing could be sent; perhaps it was only those rows. */
  doubt(): void;
};

/**
 * @param pace the relay's. Its end cuts the pauses short, not a probe under way: a call that is left behind ends the
 * process when its connection is closed.
 */
export function temporalLink({ client, pace }: { client: Client; pace: Pace }): TemporalLink {
  let probing: Promise<void> | null = null;
  const answers = (): Promise<boolean> =>
    client.connection
      .withDeadline(Date.now() + PROBE_TIMEOUT_MS, () => client.connection.workflowService.getSystemInfo({}))
      .then(
        () => true,
        () => false,
      );
  const probe = async (): Promise<void> => {
    for (let pauseMs = FIRST_PAUSE_MS; !pace.isOver && !(await answers()); ) {
      await pace.pause(pauseMs);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
    probing = null;
  };
  return {
    ready: () => probing ?? Promise.resolve(),
    doubt: () => {
      probing ??= probe();
    },
  };
}
