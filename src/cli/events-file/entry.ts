/** One event of a file: its JSON, or why there is none; `line` is where it begins, counted from 1. */
export type Entry = Readonly<{ line: number } & ({ json: string } | { unreadable: string })>;
