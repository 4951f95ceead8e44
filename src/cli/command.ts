/** How commands are declared: each has --json, and a --help with examples. */
import { type Command, InvalidArgumentError } from 'commander';

export type JsonFlag = { json?: boolean };
export type ConnectionFlag = { connection?: string };
export type LimitFlag = { limit?: number };

export function addCommand({
  to,
  name,
  description,
  examples,
}: {
  to: Command;
  /** With its arguments, as commander writes them: `show <person>`. */
  name: string;
  description: string;
  examples: readonly string[];
}): Command {
  return to
    .command(name)
    .description(description)
    .option('--json', 'machine-readable output: one JSON document, or one a line for lists')
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  seatkeeper ${example}`).join('\n')}`);
}

/** A name under which commands stand together: `people show`, `people timeline`. Made when it is first asked for. */
export const addGroup = ({
  to,
  name,
  description,
}: {
  to: Command;
  name: string;
  description: string;
}): Command =>
  to.commands.find((command) => command.name() === name) ?? to.command(name).description(description);

/** To be read with `chosenConnection`. */
export const CONNECTION_OPTION = [
  '--connection <connection>',
  'its slug or id; may be left out where there is only one',
] as const;

export const wholeNumber =
  ({ from, to }: { from: number; to: number }) =>
  (text: string): number => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= from && number <= to) return number;
    throw new InvalidArgumentError(`Give a whole number from ${from} to ${to}.`);
  };

export const LIMIT_OPTION = [
  '--limit <count>',
  'at most so many (default: all)',
  wholeNumber({ from: 1, to: 999_999_999 }),
] as const;
