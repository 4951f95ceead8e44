/**
 * What a command ends with; --help and docs/command-line.md promise these to scripts. Interrupted is what a shell says
 * of Ctrl-C.
 */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  unauthorised: 4,
  interrupted: 130,
} as const;
export type Exit = keyof typeof EXIT;

/** Ends a command. Made for people: what is wrong, and what to do about it. */
export class CliFailure extends Error {
  readonly exit: Exit;
  readonly nextStep: string | undefined;

  constructor({
    exit,
    message,
    nextStep,
    cause,
  }: {
    exit: Exit;
    message: string;
    nextStep?: string | undefined;
    cause?: unknown;
  }) {
    super(message, { cause });
    this.name = 'CliFailure';
    this.exit = exit;
    this.nextStep = nextStep;
  }
}

export const wrongUsage = (message: string, nextStep?: string): CliFailure =>
  new CliFailure({ exit: 'usage', message, nextStep });
