/** How every list comes out: as a table while the pages arrive, or one JSON document a line. */
import type { Cli } from '../cli.ts';
import { type Column, tableOf } from './table.ts';

export async function printListing<T>({
  cli,
  json,
  pages,
  columns,
  empty,
}: {
  cli: Pick<Cli, 'screen'>;
  json: boolean;
  pages: AsyncIterable<readonly T[]>;
  columns: readonly Column<T>[];
  /** Said where there is nothing to list. */
  empty: string;
}): Promise<void> {
  const { screen } = cli;
  const table = tableOf({ columns, screen });
  let seen = 0;
  for await (const items of pages) {
    if (items.length === 0) continue;
    seen += items.length;
    await screen.print(json ? items.map((item) => `${JSON.stringify(item)}\n`).join('') : table.rows(items));
  }
  if (seen === 0 && !json) screen.say(empty);
}

/** A result that is no list: one JSON document, or what `text` makes of it. */
export async function printResult<T>({
  cli,
  json,
  result,
  text,
}: {
  cli: Pick<Cli, 'screen'>;
  json: boolean;
  result: T;
  text: (result: T) => string;
}): Promise<void> {
  await cli.screen.print(`${json ? JSON.stringify(result) : text(result)}\n`);
}
