import { createWriteStream } from 'node:fs';
import { access, rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { CliFailure, wrongUsage } from './failure.ts';

/**
 * Whole or not at all, and for this user's eyes only.
 * @throws CliFailure usage where the file exists or cannot be written; unreachable where the answer was cut off
 */
export async function saveDownload({
  file,
  replace,
  signal,
  download,
}: {
  file: string;
  replace: boolean;
  signal: AbortSignal;
  download: () => Promise<ReadableStream<Uint8Array>>;
}): Promise<{ file: string; bytes: number }> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (exists && !replace) {
    throw wrongUsage(`There is a file ${file} already.`, 'Give another --output, or --force to replace it.');
  }
  const partial = `${file}.${process.pid}.partial`;
  const body = Readable.fromWeb(await download());
  try {
    await pipeline(body, createWriteStream(partial, { mode: 0o600, flags: 'wx' }), { signal });
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    if (signal.aborted) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (/^E[A-Z]+$/.test(code) && error instanceof Error && 'syscall' in error && 'path' in error) {
      throw wrongUsage(`${file} cannot be written (${code}).`, 'Give another --output.');
    }
    throw new CliFailure({
      exit: 'unreachable',
      message: 'The answer was cut off before its end; nothing was kept of it.',
      nextStep: "Run the command again; if it is cut off again, look into the API's log.",
      cause: error,
    });
  }
  return { file, bytes: (await stat(file)).size };
}
