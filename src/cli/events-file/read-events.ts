import { extname } from 'node:path';
import type { Cli } from '../cli.ts';
import { wrongUsage } from '../failure.ts';
import { readInput } from '../input-file.ts';
import { csvEvents } from './csv-events.ts';
import type { Entry } from './entry.ts';
import { jsonEvents } from './json-events.ts';

export const FORMATS = ['json', 'ndjson', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

const FORMAT_OF: Partial<Record<string, Format>> = {
  '.csv': 'csv',
  '.json': 'json',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
};

/**
 * All events of a file, before the first is sent: a file that is broken in its middle sends nothing.
 * @param format undefined: told by the file's ending, else by how the text begins
 * @throws CliFailure usage for what is not there or cannot be read
 */
export async function readEvents({
  cli,
  file,
  format,
}: {
  cli: Pick<Cli, 'stdin' | 'signal'>;
  file: string;
  format: Format | undefined;
}): Promise<Entry[]> {
  const text = await readInput({ cli, file });
  const known = format ?? FORMAT_OF[extname(file).toLowerCase()] ?? (/^\s*[[{]/.test(text) ? 'json' : 'csv');
  const entries = known === 'csv' ? await csvEvents(text) : jsonEvents(text);
  if (entries.length === 0) {
    throw wrongUsage(`${file === '-' ? 'What was given' : file} holds no events.`);
  }
  return entries;
}
