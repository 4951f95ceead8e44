import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort } from '../ports.ts';

const Ports = z.object({
  postgres: z.number(),
  temporal: z.number(),
  temporalUi: z.number(),
  simulator: z.number(),
  workerMetrics: z.number(),
});
/** Loopback ports of the embedded parts, and of the worker's metrics. */
export type Ports = Readonly<z.infer<typeof Ports>>;

/** Where Temporal's and OpenTelemetry's own documentation expect them. */
const USUAL: Partial<Ports> = { temporal: 7233, temporalUi: 8233, workerMetrics: 9464 };

/** The ports of the last start where they are free, so that addresses in browsers and notes stay right. */
export async function keptPorts({ dataDir, taken }: { dataDir: string; taken: number }): Promise<Ports> {
  const file = join(dataDir, 'ports.json');
  const last = await readFile(file, 'utf8')
    .then((text) => Ports.partial().parse(JSON.parse(text)))
    .catch((): Partial<Ports> => ({}));
  const chosen = new Set([taken]);
  const choose = async (part: keyof Ports): Promise<number> => {
    const preferred = [last[part], USUAL[part]].filter((port) => port !== undefined && !chosen.has(port));
    for (;;) {
      const port = await freePort({ preferred: preferred as number[] });
      if (chosen.has(port)) continue;
      chosen.add(port);
      return port;
    }
  };
  const ports = {
    temporal: await choose('temporal'),
    temporalUi: await choose('temporalUi'),
    simulator: await choose('simulator'),
    postgres: await choose('postgres'),
    workerMetrics: await choose('workerMetrics'),
  };
  await writeFile(file, `${JSON.stringify(ports)}\n`);
  return ports;
}
