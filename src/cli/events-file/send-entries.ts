/** Sends events chunk by chunk, in the order of the file. Ids make it safe to send any of them again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sendEvents } from '../../http/contract/events.ts';
import type { Answer, Api } from '../api/client.ts';
import { ApiRefusal } from '../api/refusal.ts';
import { CliFailure } from '../failure.ts';
import { chunksOf, type ReadableEntry } from './chunks.ts';
import type { Entry } from './entry.ts';

export type Refused = { line: number; id: string; code: string; detail: string };

export type Sent = {
  accepted: number;
  /** Of the accepted ones, those that were known before and had no effect now. */
  duplicates: number;
  /** In the order of the file. */
  refused: Refused[];
  /** Where sending ended before the file did. */
  stopped?: {
    failure: CliFailure;
    /** Lines of the chunk that failed, and whether the server may have taken it in all the same. */
    failed: { fromLine: number; toLine: number; mayBeTakenIn: boolean };
    /** Lines after it, if there are any. */
    notSent: { fromLine: number; toLine: number } | null;
  };
};

const TRIES = 3;
const WAIT_MS = 1_000;

/** @throws only what Ctrl-C and defects throw; a failed chunk is part of the answer */
export async function sendEntries({
  api,
  entries,
  dryRun,
  signal,
  onProgress,
}: {
  api: Api;
  entries: readonly Entry[];
  dryRun: boolean;
  signal: AbortSignal;
  onProgress: (sent: number) => void;
}): Promise<Sent> {
  const readable = entries.filter((entry): entry is ReadableEntry => 'json' in entry);
  const sent: Sent = { accepted: 0, duplicates: 0, refused: entries.flatMap(unreadable) };
  let done = 0;
  for (const chunk of chunksOf(readable)) {
    try {
      const answer = await sendChunk({ api, chunk, dryRun, signal });
      sent.accepted += answer.accepted.length;
      sent.duplicates += answer.accepted.filter(({ duplicate }) => duplicate).length;
      for (const { index, id, code, detail } of answer.refused) {
        sent.refused.push({ line: chunk[index]?.line ?? 0, id, code, detail });
      }
    } catch (failure) {
      if (!(failure instanceof CliFailure)) throw failure;
      const rest = readable.slice(done + chunk.length);
      sent.stopped = {
        failure,
        failed: { ...linesOf(chunk), mayBeTakenIn: !dryRun && !isSurelyRefused(failure) },
        notSent: rest.length === 0 ? null : linesOf(rest),
      };
      break;
    }
    done += chunk.length;
    onProgress(done);
  }
  sent.refused.sort((a, b) => a.line - b.line);
  return sent;
}

const unreadable = (entry: Entry): Refused[] =>
  'unreadable' in entry ? [{ line: entry.line, id: '', code: 'unreadable', detail: entry.unreadable }] : [];

const linesOf = (chunk: readonly ReadableEntry[]): { fromLine: number; toLine: number } => ({
  fromLine: chunk[0]?.line ?? 0,
  toLine: chunk.at(-1)?.line ?? 0,
});

/** A 4xx is given before anything is stored. */
const isSurelyRefused = (failure: CliFailure): boolean =>
  failure.exit === 'usage' || (failure instanceof ApiRefusal && failure.status < 500);

async function sendChunk({
  api,
  chunk,
  dryRun,
  signal,
}: {
  api: Api;
  chunk: readonly ReadableEntry[];
  dryRun: boolean;
  signal: AbortSignal;
}): Promise<Answer<typeof sendEvents>> {
  const bodyText = `[${chunk.map(({ json }) => json).join(',')}]`;
  for (let tries = 1; ; tries += 1) {
    try {
      return await api.call(sendEvents, { query: dryRun ? { dryRun: 'true' } : {}, bodyText });
    } catch (error) {
      const mayPass = error instanceof CliFailure && !isSurelyRefused(error);
      if (!mayPass || tries === TRIES) throw error;
      await sleep(WAIT_MS * tries, undefined, { signal });
    }
  }
}
