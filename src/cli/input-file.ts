/** The text of a file that a person named, or of stdin. */
import { readFile, stat } from 'node:fs/promises';
import type { Cli } from './cli.ts';
import { wrongUsage } from './failure.ts';

const MOST_BYTES = 256 * 1024 * 1024;

/**
 * @param file `-` is stdin
 * @returns without a byte order mark
 * @throws CliFailure usage for what is not there, too large, or not UTF-8
 */
export async function readInput({
  cli: { stdin, signal },
  file,
}: {
  cli: Pick<Cli, 'stdin' | 'signal'>;
  file: string;
}): Promise<string> {
  const bytes = file === '-' ? await readAll({ stdin, signal }) : await readNamed(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw wrongUsage(
      `${file === '-' ? 'What was given' : file} is not text in UTF-8.`,
      'Save it as UTF-8; Excel calls that "CSV UTF-8".',
    );
  }
}

async function readNamed(file: string): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size > MOST_BYTES) throw tooLarge();
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    throw wrongUsage(
      code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read (${code}).`,
      'Check the name, or give - to read from stdin.',
    );
  }
}

async function readAll({ stdin, signal }: Pick<Cli, 'stdin' | 'signal'>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const interrupt = (): void => void stdin.destroy(signal.reason);
  signal.addEventListener('abort', interrupt);
  try {
    for await (const chunk of stdin as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MOST_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
  return Buffer.concat(chunks);
}

const tooLarge = () => wrongUsage('That is more than 256 MiB at once.', 'Split it, and send the parts.');
