import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { startSimulator } from '../simulator/simulator.ts';
import { PartFailure } from './embedded/part-failure.ts';
import { live } from './process-life.ts';

const { dataDir, ...options } = z
  .object({
    dataDir: z.string(),
    port: z.number(),
    recoverWindowMs: z.number(),
    teamSize: z.number().optional(),
    licences: z.number().optional(),
    seed: z.number().optional(),
  })
  .parse(JSON.parse(process.argv[2] ?? '{}'));

await live({
  stopWithinMs: 5_000,
  start: async () => {
    const folder = join(dataDir, 'simulator');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    const simulator = await startSimulator({
      ...given,
      host: '127.0.0.1',
      stateFile: join(folder, 'state'),
    }).catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new PartFailure({
        part: 'simulator',
        message: `The Dropbox simulator did not start: ${why}`,
        cause,
      });
    });
    const { origin, appKey, appSecret } = simulator;
    return { facts: { origin, appKey, appSecret }, stop: () => simulator.close() };
  },
});
