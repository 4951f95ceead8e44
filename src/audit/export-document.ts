/** Reads what `audit export` wrote, and says in plain words what is wrong with a file that it did not write. */
import { readFile } from 'node:fs/promises';
import {
  EXPORT_FORMAT,
  EXPORT_VERSION,
  type ExportedRun,
  type HistoryProblem,
} from '../domain/audit-export.ts';
import type { HistoryEvent } from './recorded-decisions.ts';

export type ReplayFileProblem =
  | 'unreadable'
  | 'not_json'
  | 'truncated'
  | 'other_format'
  | 'other_version'
  | 'no_histories';

/** The file cannot be replayed. `message` is one sentence for a person, `nextStep` another. */
export class ReplayFileError extends Error {
  constructor(
    readonly code: ReplayFileProblem,
    message: string,
    readonly nextStep: string,
  ) {
    super(message);
    this.name = 'ReplayFileError';
  }
}

export type FileRun = ExportedRun & ({ history: { events: HistoryEvent[] } } | { problem: HistoryProblem });

export type ExportDocument = { person: string; exportedAt: string; product: string; histories: FileRun[] };

const AGAIN = 'Export it again: seatkeeper audit export --person <external id>.';
const BEGINNING = `{"format":"${EXPORT_FORMAT}"`;

/** @throws {ReplayFileError} */
export async function readExportDocument(file: string): Promise<ExportDocument> {
  const text = await readText(file);
  const document = parse(text);
  if (isEntry(document)) throw entriesOnly();
  if (!isObject(document) || document.format !== EXPORT_FORMAT) {
    throw new ReplayFileError('other_format', 'This JSON is not an audit export of Seatkeeper.', AGAIN);
  }
  if (document.version !== EXPORT_VERSION) {
    throw new ReplayFileError(
      'other_version',
      `The file has format version ${JSON.stringify(document.version)}; this Seatkeeper reads version ${EXPORT_VERSION}.`,
      'Replay it with the version of Seatkeeper that wrote it, or export it again with this one.',
    );
  }
  const { person, exportedAt, product, histories } = document;
  const isWhole =
    document.complete === true &&
    typeof person === 'string' &&
    typeof exportedAt === 'string' &&
    typeof product === 'string' &&
    Array.isArray(histories) &&
    histories.every(isRun);
  if (!isWhole) {
    throw new ReplayFileError('truncated', 'Parts of the export are missing.', AGAIN);
  }
  if (histories.length === 0) {
    throw new ReplayFileError(
      'no_histories',
      `There are no histories of ${person} in the file: Temporal kept none when it was exported.`,
      'Histories are kept for the retention of the Temporal namespace; the record in the file is whole all the same.',
    );
  }
  return { person, exportedAt, product, histories };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as { code?: unknown };
    const why = code === 'ENOENT' ? 'There is no such file' : `The file cannot be read (${String(code)})`;
    throw new ReplayFileError('unreadable', `${why}: ${file}`, 'Check the path.');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (text.startsWith(BEGINNING)) {
      throw new ReplayFileError('truncated', 'The export ends too early: it was cut off.', AGAIN);
    }
    if (isEntryLine(text.slice(0, text.indexOf('\n')))) throw entriesOnly();
    throw new ReplayFileError('not_json', 'The file is not JSON.', AGAIN);
  }
}

const entriesOnly = (): ReplayFileError =>
  new ReplayFileError(
    'no_histories',
    'The file holds entries of the record only, and no histories.',
    'Export one person: seatkeeper audit export --person <external id>.',
  );

const isEntry = (value: unknown): boolean => isObject(value) && 'position' in value && 'leaf' in value;

/** Exports without a person have one entry of the record on each line. */
function isEntryLine(line: string): boolean {
  try {
    return isEntry(JSON.parse(line));
  } catch {
    return false;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isRun(value: unknown): value is FileRun {
  if (!isObject(value)) return false;
  const { workflowId, runId, workflowType, startedAt, closedAt, status, history, problem } = value;
  const isNamed = [workflowId, runId, workflowType, startedAt, status].every(
    (text) => typeof text === 'string',
  );
  if (!isNamed || !(closedAt === null || typeof closedAt === 'string')) return false;
  return typeof problem === 'string' || (isObject(history) && isEvents(history.events));
}

const isEvents = (events: unknown): boolean =>
  Array.isArray(events) &&
  events.length > 0 &&
  events.every(
    (event) => isObject(event) && typeof event.eventId === 'string' && typeof event.eventType === 'string',
  );
