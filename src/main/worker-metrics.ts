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
  const server = createServer(async (req, res) => {
    const path = req.url?.split('?')[0];
    if (req.method !== 'GET' || (path !== '/metrics' && path !== '/healthz')) {
      res.writeHead(404).end();
      return;
    }
    if (path === '/healthz') {
      res.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}');
      return;
    }
    const [own, sdk] = await Promise.all([registry.metrics(), sdkMetrics(sdkPort)]);
    res.writeHead(200, { 'content-type': registry.contentType }).end(`${own}\n${sdk}`);
  });
  await listen({ server, host, port, variable: 'METRICS_PORT' });
  return {
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
