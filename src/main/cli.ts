/** `seatkeeper …`: the commands. Exit codes: 0 done, 1 it failed, 2 it was called the wrong way. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { ConfigError, readConfig } from '../config.ts';
import { SIMULATOR_APP_KEY, SIMULATOR_APP_SECRET } from '../simulator/options.ts';
import { startSimulator } from '../simulator/simulator.ts';
import { migrateDatabase } from '../store/migrate.ts';

const wholeNumber =
  ({ from, to }: { from: number; to: number }) =>
  (text: string): number => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= from && number <= to) return number;
    throw new InvalidArgumentError(`Give a whole number from ${from} to ${to}.`);
  };

type SimulatorFlags = {
  port: number;
  members: number;
  licences?: number;
  seed: number;
  state?: string;
  json?: true;
};

async function runSimulator(flags: SimulatorFlags): Promise<void> {
  const { emailHoldMs } = readConfig(process.env);
  const simulator = await startSimulator({
    port: flags.port,
    teamSize: flags.members,
    seed: flags.seed,
    recoverWindowMs: emailHoldMs,
    ...(flags.licences === undefined ? {} : { licences: flags.licences }),
    ...(flags.state === undefined ? {} : { stateFile: flags.state }),
  });
  const environment = {
    DROPBOX_APP_KEY: SIMULATOR_APP_KEY,
    DROPBOX_APP_SECRET: SIMULATOR_APP_SECRET,
    DROPBOX_API_ORIGIN: simulator.origin,
    DROPBOX_WEB_ORIGIN: simulator.origin,
  };
  if (flags.json) process.stdout.write(`${JSON.stringify({ origin: simulator.origin, environment })}\n`);
  else {
    const lines = Object.entries(environment).map(([name, value]) => `  ${name}=${value}`);
    process.stdout.write(
      `A simulated Dropbox Business team of ${flags.members} is at ${simulator.origin}\n` +
        `What it can be told: ${simulator.origin}/simulator\n` +
        `To use it, start Seatkeeper with\n${lines.join('\n')}\nCtrl-C ends it.\n`,
    );
  }
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await simulator.close();
}

async function migrate(flags: { json?: true }): Promise<void> {
  const { databaseUrl } = readConfig(process.env);
  if (databaseUrl === undefined) {
    throw new ConfigError({
      variable: 'DATABASE_URL',
      problem: 'must be set',
      example: 'postgresql://seatkeeper@localhost:5432/seatkeeper',
    });
  }
  await migrateDatabase({ url: databaseUrl });
  process.stdout.write(flags.json ? '{"migrated":true}\n' : 'The database is up to date.\n');
}

const program = new Command('seatkeeper')
  .description('Keeps Dropbox Business teams in step with HR.')
  .showHelpAfterError('(add --help for what can be given)')
  .exitOverride();

program
  .command('simulator')
  .description('run a simulated Dropbox Business team over HTTP, on this machine only')
  .option('--port <port>', 'port, 0 for any free one', wholeNumber({ from: 0, to: 65_535 }), 0)
  .option('--members <count>', 'size of the team', wholeNumber({ from: 1, to: 1_000_000 }), 250)
  .option(
    '--licences <count>',
    'seats bought (default: a tenth more than members)',
    wholeNumber({ from: 1, to: 2_000_000 }),
  )
  .option(
    '--seed <number>',
    'the same seed makes the same team',
    wholeNumber({ from: 0, to: 999_999_999 }),
    1,
  )
  .option('--state <file>', 'keep changes over restarts in this file')
  .option('--json', 'one line of JSON instead of text')
  .addHelpText('after', '\nExample:\n  seatkeeper simulator --port 9000 --members 2500')
  .action(runSimulator);

program
  .command('migrate')
  .description('bring the database in DATABASE_URL to the present schema')
  .option('--json', 'one line of JSON instead of text')
  .addHelpText('after', '\nExample:\n  DATABASE_URL=postgresql://localhost/seatkeeper seatkeeper migrate')
  .action(migrate);

try {
  await program.parseAsync();
} catch (error) {
  // Commander has said what is wrong; --help ends with 0.
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
