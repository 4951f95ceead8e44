/**
 * Plants each bug of `bugs.ts` in a copy of what is committed, and runs the test that must catch it:
 *
 *   npm run planted-bugs               all of them, about ten minutes
 *   npm run planted-bugs -- parking    those whose name has this word
 *
 * Ends with 1 when one is not caught.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../src/main/project-folder.ts';
import { PLANTED_BUGS, type PlantedBug } from './bugs.ts';

/** Only the file that is named: the project's own settings name every test. */
const MOCHA = ['--no-config', '--import=tsx', '--require=test/support/root-hooks.ts', '--timeout=60000'];

/** A test that never ends has seen that something is wrong, but not what; none of these should. */
const LONGEST_RUN_MS = 5 * 60_000;

function copyOfProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'seatkeeper-planted-'));
  const git = (...args: string[]): void => {
    const { status, stderr } = spawnSync('git', args, { cwd: PROJECT_FOLDER, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args[0]} failed: ${stderr}`);
  };
  git('worktree', 'add', '--detach', '--force', folder, 'HEAD');
  symlinkSync(join(PROJECT_FOLDER, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** How many tests failed; null when it did not come to an end. */
function failedTests({ folder, test }: { folder: string; test: string }): number | null {
  const mocha = join(folder, 'node_modules/mocha/bin/mocha.js');
  const { stdout } = spawnSync(process.execPath, [mocha, ...MOCHA, '--reporter=json', test], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: LONGEST_RUN_MS,
  });
  const failures = /"failures": (\d+)/.exec(stdout)?.[1];
  return failures === undefined ? null : Number(failures);
}

function isCaught({ folder, bug }: { folder: string; bug: PlantedBug }): boolean {
  const file = join(folder, bug.file);
  const code = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    code.replace(bug.from, () => bug.to),
  );
  try {
    const failed = failedTests({ folder, test: bug.caughtBy });
    const result = failed === null ? 'no result' : failed === 0 ? 'NOT CAUGHT' : `caught, ${failed} failed`;
    process.stdout.write(`${result}: ${bug.name} (${bug.caughtBy})\n`);
    return failed !== null && failed > 0;
  } finally {
    writeFileSync(file, code);
  }
}

const [word = ''] = process.argv.slice(2);
const folder = copyOfProject();
try {
  const chosen = PLANTED_BUGS.filter(({ name }) => name.includes(word));
  const caught = chosen.filter((bug) => isCaught({ folder, bug }));
  process.stdout.write(`${caught.length} of ${chosen.length} caught\n`);
  process.exitCode = chosen.length > 0 && caught.length === chosen.length ? 0 : 1;
} finally {
  spawnSync('git', ['worktree', 'remove', '--force', folder], { cwd: PROJECT_FOLDER });
  rmSync(folder, { recursive: true, force: true });
}
