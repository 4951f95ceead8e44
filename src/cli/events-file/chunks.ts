import { MOST_EVENTS } from '../../http/contract/events.ts';
import type { Entry } from './entry.ts';

export type ReadableEntry = Extract<Entry, { json: string }>;

/** The server takes 1 MiB; the brackets and commas need a little room. */
const MOST_BYTES = 1_000_000;

/** In the order of the file, each small enough for one request unless a single event is not. */
export function* chunksOf(entries: readonly ReadableEntry[]): Generator<ReadableEntry[]> {
  let chunk: ReadableEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.json) + 1;
    if (chunk.length === MOST_EVENTS || (chunk.length > 0 && bytes + size > MOST_BYTES)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(entry);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}
