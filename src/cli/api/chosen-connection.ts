import { listConnections } from '../../http/contract/connections.ts';
import { CliFailure, wrongUsage } from '../failure.ts';
import type { Api } from './client.ts';

/**
 * The connection that a command is about: the one that was given, else the only one there is.
 * @throws {CliFailure} usage where there are several, naming them
 */
export async function chosenConnection({
  api,
  given,
}: {
  api: Api;
  given: string | undefined;
}): Promise<string> {
  if (given !== undefined) return given;
  const { items } = await api.call(listConnections, { query: { limit: '1000' } });
  const slugs = items.map(({ slug }) => slug);
  const [only] = slugs;
  if (only === undefined) {
    throw new CliFailure({
      exit: 'failed',
      message: 'There is no connection yet.',
      nextStep: 'Run "seatkeeper connect" to connect a Dropbox team.',
    });
  }
  if (slugs.length > 1) {
    throw wrongUsage(
      `There are several connections: ${slugs.join(', ')}.`,
      `Say which one, for example --connection ${only}.`,
    );
  }
  return only;
}
