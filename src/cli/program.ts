/** All commands that call the API, and how any command ends. */
import { Command, CommanderError } from 'commander';
import type { Environment } from './api/server.ts';
import { type Cli, createCli, Interrupted } from './cli.ts';
import { addApiKeys } from './commands/api-keys.ts';
import { addAssignments } from './commands/assignments.ts';
import { addAudit } from './commands/audit.ts';
import { addConnect } from './commands/connect.ts';
import { addConnections } from './commands/connections.ts';
import { addEmailHolds } from './commands/email-holds.ts';
import { addEvents } from './commands/events.ts';
import { addLicences } from './commands/licences.ts';
import { addMembers } from './commands/members.ts';
import { addPeople } from './commands/people.ts';
import { addSeats } from './commands/seats.ts';
import { addSettings } from './commands/settings.ts';
import { addSync } from './commands/sync.ts';
import { CliFailure, EXIT } from './failure.ts';

const EPILOGUE = `
Environment:
  SEATKEEPER_URL      where Seatkeeper runs (default: http://localhost:8080)
  SEATKEEPER_API_KEY  the key to call it with (default, on this machine only: the one in DATA_DIR, .data)
  NO_COLOR            no colours, no moving bars

Exit codes:
  0  done
  1  it failed, or the server refused it
  2  called the wrong way, or with a file that cannot be read
  3  the server cannot be reached
  4  no API key, or one that may not do it
  130  ended by Ctrl-C

Examples:
  seatkeeper connect
  seatkeeper events send joiners.csv --dry-run
  seatkeeper people timeline E100`;

const GROUPS = [
  addConnect,
  addConnections,
  addSync,
  addMembers,
  addLicences,
  addPeople,
  addSeats,
  addEmailHolds,
  addEvents,
  addSettings,
  addAssignments,
  addAudit,
  addApiKeys,
] as const;

/** Adds what does not go over the API. */
export type Extend = (about: { program: Command; cli: Cli }) => void;

export function programOf({ cli, extend }: { cli: Cli; extend: Extend }): Command {
  const program = new Command('seatkeeper')
    .description('Keeps Dropbox Business teams in step with HR.')
    .showHelpAfterError('(add --help for what can be given)')
    .addHelpText('after', EPILOGUE)
    .exitOverride();
  for (const add of GROUPS) add({ program, cli });
  extend({ program, cli });
  return program;
}

/**
 * @param args without `node` and the script
 * @returns the exit code
 */
export async function runProgram({
  args,
  env,
  extend,
}: {
  args: readonly string[];
  env: Environment;
  extend: Extend;
}): Promise<number> {
  const interrupted = new AbortController();
  // Stays: packages that restore the cursor end the process where nobody else listens. A second Ctrl-C ends it at once.
  process.on('SIGINT', () => {
    if (interrupted.signal.aborted) process.exit(EXIT.interrupted);
    interrupted.abort(new Interrupted());
  });
  const { stdin, stdout, stderr } = process;
  const { signal } = interrupted;
  const cli = createCli({ env, stdin, stdout, stderr, signal });
  const program = programOf({ cli, extend });
  try {
    await program.parseAsync(args, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (signal.aborted) {
      cli.screen.say(`\n${cli.howToGoOn() ?? 'Stopped.'}`);
      return EXIT.interrupted;
    }
    return EXIT[tell({ error, say: cli.screen.say })];
  }
}

function tell({ error, say }: { error: unknown; say: (line: string) => void }): CliFailure['exit'] {
  // Commander has said what is wrong; --help ends with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 'done' : 'usage';
  if (error instanceof CliFailure) {
    say(error.message);
    if (error.nextStep !== undefined) say(`→ ${error.nextStep}`);
    return error.exit;
  }
  // Errors with a code were made for people; anything else is a defect and shows its stack.
  const known = error instanceof Error && 'code' in error;
  say(error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error));
  if (known && 'nextStep' in error && typeof error.nextStep === 'string') say(`→ ${error.nextStep}`);
  return 'failed';
}
