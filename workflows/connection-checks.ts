/**
 * Asks Dropbox whether the grants still work: hourly of connections that do, every quarter of an hour of broken ones,
 * which nothing else calls. A Schedule starts it; who is due is decided by PostgreSQL, so one run serves all
 * connections and one that hangs delays no other.
 */
import { setCurrentDetails } from '@temporalio/workflow';
import { check, record } from './activity-proxies.ts';

const AT_ONCE = 20;

export async function connectionChecks(): Promise<{ checked: number; failed: number }> {
  const { connectionIds } = await record.connectionsToCheck.executeWithOptions(
    { summary: 'Which connections are due' },
    [],
  );
  let failed = 0;
  for (let i = 0; i < connectionIds.length; i += AT_ONCE) {
    setCurrentDetails(`**Now:** ${i} of ${connectionIds.length} connections are checked.`);
    const chunk = connectionIds.slice(i, i + AT_ONCE);
    const checks = await Promise.allSettled(
      chunk.map((connectionId) =>
        check.checkConnection.executeWithOptions({ summary: 'Ask Dropbox whether the grant works' }, [
          { connectionId },
        ]),
      ),
    );
    // Dropbox was not to be reached, say: the next run asks again.
    failed += checks.filter(({ status }) => status === 'rejected').length;
  }
  setCurrentDetails(`**Done:** ${connectionIds.length} connections were due, ${failed} gave no answer.`);
  return { checked: connectionIds.length, failed };
}
