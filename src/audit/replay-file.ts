/** Replays an audit export on the present code and says, run by run, whether it would decide the same today. */
import type { ExportedRun, HistoryProblem } from '../domain/audit-export.ts';
import { type FileRun, ReplayFileError, readExportDocument } from './export-document.ts';
import { type ReplayVerdict, replayRuns } from './replay-runs.ts';

export { ReplayFileError };

export type RunReplay = ExportedRun & {
  /** How many events the history has; 0 when it is missing. */
  events: number;
  result: ReplayVerdict | { kind: 'missing'; reason: string };
};

export type ReplayReport = {
  /** External id. */
  person: string;
  exportedAt: string;
  /** Version of Seatkeeper that wrote the file. */
  product: string;
  /** In the order of the file: oldest first. */
  runs: RunReplay[];
  same: number;
  parted: number;
  /** Runs that the file names without a history. */
  missing: number;
};

const MISSING: Record<HistoryProblem, string> = {
  no_longer_kept: 'Temporal no longer kept the history when the file was written.',
  key_missing: 'The history was encrypted with a key that is not in ENCRYPTION_KEYS any more.',
};

/**
 * @param file path of an export of one person
 * @param code the present workflows, as `workflowCode` makes them
 * @param onRun told as soon as one run is done
 * @throws {ReplayFileError} when the file is not what an export writes
 */
export async function replayFile({
  file,
  code,
  onRun = () => {},
}: {
  file: string;
  code: string;
  onRun?: (run: RunReplay) => void;
}): Promise<ReplayReport> {
  const { histories, ...about } = await readExportDocument(file);
  const verdicts = replayRuns({ runs: histories.filter(hasHistory), code });
  const runs: RunReplay[] = [];
  try {
    for (const run of histories) {
      const replayed = hasHistory(run) ? await next(verdicts) : missing(run);
      const done: RunReplay = { ...aboutRun(run), ...eventsOf(run), result: replayed };
      runs.push(done);
      onRun(done);
    }
  } finally {
    await verdicts.return(undefined);
  }
  const count = (kind: RunReplay['result']['kind']): number =>
    runs.filter(({ result }) => result.kind === kind).length;
  return { ...about, runs, same: count('same'), parted: count('parted'), missing: count('missing') };
}

type RunWithHistory = Extract<FileRun, { history: object }>;

const hasHistory = (run: FileRun): run is RunWithHistory => 'history' in run;

const eventsOf = (run: FileRun): { events: number } => ({
  events: hasHistory(run) ? run.history.events.length : 0,
});

const aboutRun = ({
  workflowId,
  runId,
  workflowType,
  startedAt,
  closedAt,
  status,
}: FileRun): ExportedRun => ({
  workflowId,
  runId,
  workflowType,
  startedAt,
  closedAt,
  status,
});

async function next(verdicts: AsyncGenerator<ReplayVerdict>): Promise<ReplayVerdict> {
  const { value, done } = await verdicts.next();
  if (done) throw new Error('the Temporal SDK gave no result of a replay');
  return value;
}

function missing(run: FileRun): RunReplay['result'] {
  const reason = 'problem' in run ? MISSING[run.problem] : undefined;
  return { kind: 'missing', reason: reason ?? 'The file does not say why.' };
}
