/** Events as CSV (RFC 4180): a header that names fields of the event, then one event a line. */
import { CsvError, parse } from 'csv-parse';
import { wrongUsage } from '../failure.ts';
import type { Entry } from './entry.ts';

const EVENT_FIELDS = ['id', 'type', 'occurredAt', 'effectiveAt', 'returnAt', 'cancels'] as const;
const PERSON_FIELDS = [
  'externalId',
  'email',
  'givenName',
  'surname',
  'managerExternalId',
  'timeZone',
] as const;
const COLUMNS: readonly string[] = [...EVENT_FIELDS, ...PERSON_FIELDS, 'groups'];
const NEEDED: readonly string[] = ['id', 'type'];
const KNOWN = `The columns are ${COLUMNS.join(', ')}.`;

type Parsed = { record: Record<string, string>; info: { lines: number }; raw: string };

/** @throws CliFailure usage for an unknown or missing column, and for a line that is no CSV, naming it */
export async function csvEvents(text: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  // csv-parse counts CR LF within quotes as two lines. No field may hold a line end, so that none is lost.
  const parser = parse(text.replace(/\r\n?/g, '\n'), {
    columns: checkedColumns,
    info: true,
    raw: true,
    skip_empty_lines: true,
    // Excel leaves lines of nothing but commas at the end.
    skip_records_with_empty_values: true,
  });
  try {
    for await (const { record, info, raw } of parser as AsyncIterable<Parsed>) {
      // `lines` counts to the end of the record, which may go over several lines within quotes.
      const own = raw.replace(/^\n+|\n+$/g, '');
      entries.push({
        line: info.lines - (own.match(/\n/g)?.length ?? 0),
        json: JSON.stringify(eventOf(record)),
      });
    }
  } catch (error) {
    if (error instanceof CsvError) throw notCsv(error);
    throw error;
  }
  return entries;
}

function checkedColumns(header: readonly string[]): string[] {
  const columns = header.map((name) => name.trim());
  if (columns.length === 1 && /[;\t]/.test(columns[0] ?? '')) {
    throw wrongUsage(
      'The columns are not separated by commas.',
      'Save the file as CSV with commas; only groups have ; between them.',
    );
  }
  const unknown = columns.filter((name) => !COLUMNS.includes(name));
  if (unknown.length > 0) throw wrongUsage(`Unknown column: ${unknown.map(quoted).join(', ')}.`, KNOWN);
  const twice = columns.filter((name, i) => columns.indexOf(name) !== i);
  if (twice.length > 0) throw wrongUsage(`Column given twice: ${twice.join(', ')}.`, KNOWN);
  const missing = NEEDED.filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    throw wrongUsage(`Missing column: ${missing.join(', ')}.`, `The first line names the columns. ${KNOWN}`);
  }
  return columns;
}

const quoted = (name: string): string => `"${name.slice(0, 60)}"`;

/** A cell that is empty says nothing; the person's groups are emptied by a cell that holds only `;`. */
function eventOf(record: Record<string, string>): Record<string, unknown> {
  const said = (fields: readonly string[]): Record<string, unknown> =>
    Object.fromEntries(
      fields.flatMap((field) => {
        const value = record[field]?.trim();
        return value ? [[field, value]] : [];
      }),
    );
  const person = said(PERSON_FIELDS);
  const groups = record.groups?.trim();
  if (groups) {
    person.groups = groups
      .split(';')
      .map((group) => group.trim())
      .filter((group) => group !== '');
  }
  return { ...said(EVENT_FIELDS), ...(Object.keys(person).length === 0 ? {} : { person }) };
}

function notCsv({ code, lines }: CsvError): ReturnType<typeof wrongUsage> {
  const nextStep = 'Nothing was sent; correct the file and send it again.';
  if (code === 'CSV_QUOTE_NOT_CLOSED') {
    return wrongUsage(`A quote is opened and never closed before the file ends in line ${lines}.`, nextStep);
  }
  const why =
    code === 'CSV_RECORD_INCONSISTENT_COLUMNS'
      ? 'has another number of columns than the first line'
      : 'has a quote where none can be; a value with a quote stands in quotes, and its own are doubled';
  return wrongUsage(`Line ${lines} ${why}.`, nextStep);
}
