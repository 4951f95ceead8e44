/** What every command works with. */
import { type Api, createApi } from './api/client.ts';
import { type Environment, serverOf } from './api/server.ts';
import { createScreen, type Screen } from './screen/screen.ts';

/** Ends whatever waits, on Ctrl-C. */
export class Interrupted extends Error {
  constructor() {
    super('Interrupted.');
    this.name = 'Interrupted';
  }
}

export type Cli = {
  readonly env: Environment;
  readonly stdin: NodeJS.ReadStream;
  readonly screen: Screen;
  /** Aborted by Ctrl-C, with `Interrupted`. */
  readonly signal: AbortSignal;
  /** @throws CliFailure where the environment names no server that could be called */
  api(): Promise<Api>;
  /** What to tell whoever presses Ctrl-C from now on: where things stand, and how to go on. */
  ifInterrupted(howToGoOn: string): void;
};

export function createCli({
  env,
  stdin,
  stdout,
  stderr,
  signal,
}: {
  env: Environment;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  signal: AbortSignal;
}): Cli & { howToGoOn: () => string | undefined } {
  const screen = createScreen({ stdout, stderr, env });
  const { say } = screen;
  let goOn: string | undefined;
  return {
    env,
    stdin,
    screen,
    signal,
    api: async () => createApi({ server: await serverOf({ env, say }), signal, say }),
    ifInterrupted: (howToGoOn) => {
      goOn = howToGoOn;
    },
    howToGoOn: () => goOn,
  };
}
