import { z } from 'zod';
import { live } from '../process-life.ts';
import { startEmbeddedPostgres } from './postgres.ts';

const settings = z
  .object({ dataDir: z.string(), port: z.number() })
  .parse(JSON.parse(process.argv[2] ?? '{}'));

// A small process between the supervisor and the server: it stops the server when the supervisor is gone.
await live({
  stopWithinMs: 15_000,
  start: async ({ progress }) => {
    const log = (line: string): void => {
      if (line.startsWith('Making ') || line.startsWith('Stopping ')) progress(line);
      process.stdout.write(`${line}\n`);
    };
    const server = await startEmbeddedPostgres({ ...settings, log });
    return {
      facts: { url: server.url },
      stop: () => server.stop(),
      failed: server.exited.then(
        ({ code, signal }) => `PostgreSQL ended by itself (${signal ?? `code ${code}`})`,
      ),
    };
  },
});
