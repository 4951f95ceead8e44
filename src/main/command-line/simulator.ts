import type { Command } from 'commander';
import { addCommand, type JsonFlag, wholeNumber } from '../../cli/command.ts';

type Flags = JsonFlag & {
  port: number;
  members: number;
  licences?: number;
  seed: number;
  state?: string;
};

/** @param recoverWindowMs how long a removed member stays recoverable; read only when the command runs */
export function addSimulator({
  program,
  recoverWindowMs,
}: {
  program: Command;
  recoverWindowMs: () => Promise<number>;
}): void {
  addCommand({
    to: program,
    name: 'simulator',
    description: 'run a simulated Dropbox Business team over HTTP, on this machine only',
    examples: ['simulator --port 9000 --members 2500', 'simulator --state team.json --json'],
  })
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
    .action(async (flags: Flags) => runSimulator({ flags, recoverWindowMs: await recoverWindowMs() }));
}

async function runSimulator({
  flags,
  recoverWindowMs,
}: {
  flags: Flags;
  recoverWindowMs: number;
}): Promise<void> {
  // Loaded here, because no other command needs it and each would wait for it.
  const { startSimulator } = await import('../../simulator/simulator.ts');
  const { SIMULATOR_APP_KEY, SIMULATOR_APP_SECRET } = await import('../../simulator/options.ts');
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  const simulator = await startSimulator({
    port: flags.port,
    teamSize: flags.members,
    seed: flags.seed,
    recoverWindowMs,
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
  await stopped;
  await simulator.close();
}
