import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ReceivedRequest = {
  method: string;
  /** With the query string, as it was sent. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
};

export type Respond = (request: ReceivedRequest, response: ServerResponse) => void;

/** A real HTTP server on a random port that answers as the test says and remembers what it was sent. */
export async function withServer(
  respond: Respond,
  run: (server: { origin: string; requests: ReceivedRequest[] }) => Promise<void>,
): Promise<void> {
  const requests: ReceivedRequest[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request = {
        method: incoming.method ?? '',
        url: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      requests.push(request);
      respond(request, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await run({ origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests });
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
}

export function json(
  response: ServerResponse,
  body: unknown,
  more: { status?: number; headers?: object } = {},
): void {
  response.writeHead(more.status ?? 200, { 'Content-Type': 'application/json', ...more.headers });
  response.end(JSON.stringify(body));
}

export function plain(
  response: ServerResponse,
  body: string,
  more: { status?: number; headers?: object } = {},
): void {
  response.writeHead(more.status ?? 200, { 'Content-Type': 'text/plain; charset=utf-8', ...more.headers });
  response.end(body);
}
