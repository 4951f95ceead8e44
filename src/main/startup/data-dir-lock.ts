import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processIdentity } from '../process-identity.ts';
import { StartRefusal } from './start-refusal.ts';

/**
 * Lets only one start use a DATA_DIR. The lock is a file with the holder's pid and start time, so that the lock of a
 * start that was killed is known as stale even if its pid lives on as another program.
 * @returns what gives the lock back.
 * @throws {StartRefusal} when another start holds it.
 */
export async function lockDataDir(dataDir: string): Promise<() => Promise<void>> {
  const file = join(dataDir, 'lock');
  const mine = JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, mine);
  try {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      // A link fails if the name is taken, and the file behind it is whole from its first moment.
      if (await succeeds({ step: link(draft, file), unless: 'EEXIST' }))
        return () => rm(file, { force: true });
      const found = await readFile(file, 'utf8').catch(() => undefined);
      if (found === undefined) continue;
      const holder = living(found);
      if (holder !== undefined) throw refusal({ dataDir, pid: holder });
      await removeStale({ file, found, aside: `${draft}.stale` });
    }
    throw new StartRefusal(`The lock ${file} keeps changing hands: try again.`);
  } finally {
    await rm(draft, { force: true });
  }
}

const refusal = ({ dataDir, pid }: { dataDir: string; pid: number }): StartRefusal =>
  new StartRefusal(
    `Seatkeeper already runs on ${dataDir} (process ${pid}): stop that one first, or keep another state with DATA_DIR=.data2 PORT=8081 npm start.`,
  );

/** The pid that holds the lock, if that very process still lives. */
function living(content: string): number | undefined {
  try {
    const { pid, identity } = JSON.parse(content) as { pid: number; identity: string };
    return processIdentity(pid) === identity && identity !== undefined ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Two starts may see the same stale lock; whoever moves a fresh one aside by mistake puts it back. */
async function removeStale({
  file,
  found,
  aside,
}: {
  file: string;
  found: string;
  aside: string;
}): Promise<void> {
  if (!(await succeeds({ step: rename(file, aside), unless: 'ENOENT' }))) return;
  if ((await readFile(aside, 'utf8')) !== found)
    await succeeds({ step: link(aside, file), unless: 'EEXIST' });
  await rm(aside, { force: true });
}

async function succeeds({ step, unless }: { step: Promise<void>; unless: string }): Promise<boolean> {
  try {
    await step;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === unless) return false;
    throw error;
  }
}
