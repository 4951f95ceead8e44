/** `seatkeeper …`: the commands of src/cli, which go over the API, and the few that do not. */
import { runProgram } from '../cli/program.ts';
import { addAuditReplay } from './command-line/audit-replay.ts';
import { addMigrate } from './command-line/migrate.ts';
import { addSimulator } from './command-line/simulator.ts';

const { env } = process;

/** @throws ConfigError for a variable that is wrong or missing */
async function databaseUrl(): Promise<string> {
  const { ConfigError, readConfig } = await import('../config.ts');
  const { databaseUrl: url } = readConfig(env);
  if (url !== undefined) return url;
  throw new ConfigError({
    variable: 'DATABASE_URL',
    problem: 'must be set',
    example: 'postgresql://seatkeeper@localhost:5432/seatkeeper',
  });
}

async function emailHoldMs(): Promise<number> {
  const { readConfig } = await import('../config.ts');
  return readConfig(env).emailHoldMs;
}

// A reader that has seen enough (`seatkeeper members | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

process.exitCode = await runProgram({
  args: process.argv.slice(2),
  env,
  extend: ({ program, cli }) => {
    addAuditReplay({ program, cli });
    addMigrate({ program, databaseUrl });
    addSimulator({ program, recoverWindowMs: emailHoldMs });
  },
});
