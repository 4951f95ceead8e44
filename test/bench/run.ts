/** `npm run bench NAME`: measures on real processes and prints a table. Nothing is asserted: machines differ. */
import { stopTestPostgres } from '../support/postgres.ts';
import { stopTestTemporal } from '../support/temporal.ts';
import { benchGroupChange } from './group-change.ts';

const BENCHES: Readonly<Record<string, (args: string[]) => Promise<void>>> = { group: benchGroupChange };

const [name = '', ...args] = process.argv.slice(2);
const bench = BENCHES[name];
if (bench === undefined) {
  process.stderr.write(`Say what to measure: npm run bench ${Object.keys(BENCHES).join('|')}\n`);
  process.exit(1);
}
try {
  await bench(args);
} finally {
  await stopTestTemporal();
  await stopTestPostgres();
}
