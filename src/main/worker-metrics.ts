/** A worker's own small server: its metrics together with the Temporal SDK's, and whether it is alive. */
import { createServer } from 'node:http';
import type { Registry } from 'prom-client';
import { listen } from './listen.ts';

const SDK_ANSWERS_WITHIN_MS = 2_000;

/** The SDK has a server of its own, on loopback; one address for both is easier to find. */
async function sdkMetrics(port: number): Promise<string> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`, {
      signal: AbortSignal.timeout(SDK_ANSWERS_WITHIN_MS),
    });
    return answer.ok ? await answer.text() : '';
  } catch {
    return '';
  }
}

/** @throws an error with code `port_in_use` */
export async function startWorkerMetrics({
  host,
  port,
  sdkPort,
  registry,
}: {
  host: string;
  port: number;
  sdkPort: number;
  registry: Registry;
}): Promise<{ close: () => void }> {
  const all = async (): Promise<string> => {
    const [own, sdk] = await Promise.all([registry.metrics(), sdkMetrics(sdkPort)]);
    return `${own}\n${sdk}`;
  };
  const server = createServer((req, res) => {
    const path = req.method === 'GET' ? req.url?.split('?')[0] : undefined;
    const fail = (): void => void res.writeHead(500).end();
    switch (path) {
      case '/healthz':
        res.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}');
        return;
      case '/metrics':
        all().then((text) => res.writeHead(200, { 'content-type': registry.contentType }).end(text), fail);
        return;
      default:
        res.writeHead(404).end();
    }
  });
  await listen({ server, host, port, variable: 'METRICS_PORT' });
  return {
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
