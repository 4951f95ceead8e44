/** An answer that is too large to be held as a whole: written piece by piece, as fast as the caller reads. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

export class StreamedBody {
  constructor(
    /** Media type. */
    readonly type: string,
    readonly pieces: AsyncIterator<string>,
  ) {}
}

/**
 * What fails before the first piece is a problem like any other; after that the connection is cut, so that the caller
 * sees that something is missing.
 */
export async function sendStreamed({ res, body }: { res: Response; body: StreamedBody }): Promise<void> {
  const { type, pieces } = body;
  const first = await pieces.next();
  res.type(type);
  try {
    await pipeline(Readable.from(all({ first, pieces })), res);
  } catch (error) {
    // The caller hung up.
    if ((error as { code?: unknown }).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

async function* all({
  first,
  pieces,
}: {
  first: IteratorResult<string>;
  pieces: AsyncIterator<string>;
}): AsyncGenerator<string> {
  try {
    for (let piece = first; !piece.done; piece = await pieces.next()) yield piece.value;
  } finally {
    await pieces.return?.();
  }
}
