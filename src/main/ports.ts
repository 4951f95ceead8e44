import { createServer } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** Why a port cannot be listened on, as the operating system says it (`EADDRINUSE`, `EACCES`, …); undefined if it can. */
export function portProblem({ host, port }: { host: string; port: number }): Promise<string | undefined> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? 'EUNKNOWN'));
    server.listen({ host, port, exclusive: true }, () => server.close(() => done(undefined)));
  });
}

/** The first of the preferred loopback ports that is free, else one that the system picks. */
export async function freePort({ preferred = [] }: { preferred?: readonly number[] } = {}): Promise<number> {
  for (const port of preferred) {
    if ((await portProblem({ host: LOOPBACK, port })) === undefined) return port;
  }
  return new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen({ host: LOOPBACK, port: 0 }, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => done(port));
    });
  });
}
