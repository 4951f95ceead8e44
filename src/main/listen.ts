import type { Server } from 'node:http';

/** @throws an error with code `port_in_use` and a sentence that names the variable to change */
export function listen({
  server,
  host,
  port,
  variable,
}: {
  server: Server;
  host: string;
  port: number;
  variable: 'PORT' | 'METRICS_PORT';
}): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return fail(error);
      const example = `${variable}=${port === 65_535 ? port - 1 : port + 1}`;
      const message = `Port ${port} on ${host} is in use; set ${variable} to a free one, for example ${example}.`;
      fail(Object.assign(new Error(message), { code: 'port_in_use' }));
    });
    server.listen({ host, port }, done);
  });
}
