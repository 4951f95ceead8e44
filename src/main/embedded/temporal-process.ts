import { z } from 'zod';
import { SEARCH_ATTRIBUTES } from '../../../workflows/search-attributes.ts';
import { live } from '../process-life.ts';
import { startEmbeddedTemporal } from './temporal.ts';
import { findTemporalBinary } from './temporal-binary.ts';

const settings = z
  .object({
    dataDir: z.string(),
    port: z.number(),
    uiPort: z.number(),
    namespace: z.string(),
    codecEndpoint: z.string(),
  })
  .parse(JSON.parse(process.argv[2] ?? '{}'));

/** The command line's spelling: `Keyword`, `Datetime`. */
const searchAttributes = Object.fromEntries(
  Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => [
    name,
    `${type.charAt(0)}${type.slice(1).toLowerCase()}`,
  ]),
);

const FOUND = {
  path: 'Using the Temporal command line of this machine',
  kept: 'Using the Temporal server kept from last time',
  downloaded: 'Downloaded the Temporal server',
  built: 'Built the Temporal server',
} as const;

// Searching is done here, not in the supervisor, so that a download or a build ends together with everything else.
await live({
  stopWithinMs: 8_000,
  start: async ({ signal, progress }) => {
    const { path, source, version } = await findTemporalBinary({ log: progress, signal });
    progress(`${FOUND[source]}: ${path}, version ${version}`);
    const log = (line: string): boolean => process.stdout.write(`${line}\n`);
    const server = await startEmbeddedTemporal({ binary: path, ...settings, searchAttributes, log, signal });
    return {
      facts: { address: server.address, uiUrl: server.uiUrl },
      stop: server.stop,
      failed: server.exited.then(
        ({ code, signal: by }) => `Temporal's server ended by itself (${by ?? `code ${code}`})`,
      ),
    };
  },
});
