/** The file that `audit export` writes for one person and `audit replay` reads. */

export const EXPORT_FORMAT = 'seatkeeper-audit-export';
/** Goes up when a reader of the version before would misread the file. */
export const EXPORT_VERSION = 1;

/** One run of a workflow, as Temporal knows it. */
export type ExportedRun = {
  workflowId: string;
  runId: string;
  workflowType: string;
  /** RFC 3339, UTC. */
  startedAt: string;
  /** Null while it is open. */
  closedAt: string | null;
  /** Temporal's own word: RUNNING, COMPLETED, TERMINATED … */
  status: string;
};

/** Why a run stands in a file without its history. */
export type HistoryProblem = 'no_longer_kept' | 'key_missing';
