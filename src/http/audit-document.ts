/** The export of one person, piece by piece: entries, seats, and one history after the other. */
import { TemporalUnavailable, type WorkflowHistories } from '../commands/person-histories.ts';
import { EXPORT_FORMAT, EXPORT_VERSION, type ExportedRun } from '../domain/audit-export.ts';
import { PRODUCT_VERSION } from '../domain/product-version.ts';
import { seatsOfPerson } from '../read-model/person-seats.ts';
import { type RecordFilter, wholeRecord } from '../read-model/record.ts';
import type { RecordItem } from '../read-model/record-item.ts';
import type { Http } from './deps.ts';
import { openedValues } from './opened-values.ts';

type Exporting = { http: Http; filter: RecordFilter };
type About = {
  person: string;
  /** What the caller asked for besides the person, as they put it. */
  narrowedBy: Record<string, string | undefined>;
  now: Date;
};

/** An entry as lists show it. */
export const shownEntry = ({ http, item }: { http: Http; item: RecordItem }) => {
  const { sealed, leaf: _, leafHash, ...shown } = item;
  return { ...shown, ...openedValues({ keyring: http.keyring, sealed }), leafHash };
};

/** An entry as files hold it: with its bytes, from which `leafHash` can be computed again. */
const exportedEntry = ({ http, item }: { http: Http; item: RecordItem }): string =>
  JSON.stringify({ ...shownEntry({ http, item }), leaf: item.leaf.toString('base64') });

export async function* entryLines({ http, filter }: Exporting): AsyncGenerator<string> {
  for await (const item of wholeRecord({ db: http.db, filter, order: 'placed' })) {
    yield `${exportedEntry({ http, item })}\n`;
  }
}

/**
 * Asks Temporal for the runs before the first piece, so that its absence is an answer and not a broken file.
 * @throws {TemporalUnavailable}
 */
export async function personDocument({
  http,
  filter,
  ...about
}: Exporting & About): Promise<AsyncGenerator<string>> {
  const { db, histories } = http;
  if (histories === undefined) throw new TemporalUnavailable();
  const seats = await seatsOfPerson({ db, person: about.person, connectionId: filter.connectionId });
  const runs = await histories.runsOf(seats.map(({ workflowId }) => workflowId));
  return pieces({ http, filter, ...about, seats, runs, histories });
}

async function* pieces({
  http,
  filter,
  person,
  narrowedBy,
  now,
  seats,
  runs,
  histories,
}: Exporting &
  About & {
    seats: Awaited<ReturnType<typeof seatsOfPerson>>;
    runs: readonly ExportedRun[];
    histories: WorkflowHistories;
  }): AsyncGenerator<string> {
  const head = JSON.stringify({
    format: EXPORT_FORMAT,
    version: EXPORT_VERSION,
    exportedAt: now.toISOString(),
    product: PRODUCT_VERSION,
    person,
    // Whoever reads the file must see that it is not everything.
    filter: narrowedBy,
  });
  yield `${head.slice(0, -1)},\n"entries":[`;
  let between = '\n';
  for await (const item of wholeRecord({ db: http.db, filter, order: 'written' })) {
    yield `${between}${exportedEntry({ http, item })}`;
    between = ',\n';
  }
  yield `],\n"seats":${JSON.stringify(seats)},\n"histories":[`;
  between = '\n';
  for (const run of runs) {
    const found = await histories.historyOf(run);
    const about = JSON.stringify('problem' in found ? { ...run, problem: found.problem } : run);
    yield `${between}${about.slice(0, -1)}`;
    yield 'json' in found ? `,"history":${found.json}}` : '}';
    between = ',\n';
  }
  yield '],\n"complete":true}\n';
}
