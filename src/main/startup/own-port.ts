import { portProblem } from '../ports.ts';
import { StartRefusal } from './start-refusal.ts';

/**
 * Looks whether the API will be able to listen, before anything heavy starts.
 * @throws {StartRefusal} that says what to set.
 */
export async function checkOwnPort({ host, port }: { host: string; port: number }): Promise<void> {
  const problem = await portProblem({ host, port });
  switch (problem) {
    case undefined:
      return;
    case 'EADDRINUSE':
      throw new StartRefusal(
        `Port ${port} on ${host} is taken by another program: stop it, or choose another port with PORT=${await nextFree({ host, port })} npm start.`,
      );
    case 'EACCES':
      throw new StartRefusal(
        `Port ${port} is for administrators only: choose one from 1024, with PORT=8080 npm start.`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      throw new StartRefusal(
        `HOST is not an address of this machine: use HOST=127.0.0.1 for this machine only.`,
      );
    default:
      throw new StartRefusal(
        `Port ${port} on ${host} cannot be listened on (${problem}): choose another with PORT=8081.`,
      );
  }
}

async function nextFree({ host, port }: { host: string; port: number }): Promise<number> {
  for (let candidate = port + 1; candidate < Math.min(port + 50, 65_536); candidate += 1) {
    if ((await portProblem({ host, port: candidate })) === undefined) return candidate;
  }
  return port === 8081 ? 8082 : 8081;
}
