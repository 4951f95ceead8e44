/** What a path names, or the 404 that says how to find it. */
import { type ConnectionRef, resolveConnection } from '../../read-model/connections.ts';
import type { Http } from '../deps.ts';
import { notFound } from '../problems.ts';

export async function knownConnection({
  http,
  params,
}: {
  http: Http;
  params: { connection: string };
}): Promise<ConnectionRef> {
  const found = await resolveConnection({ db: http.db, name: params.connection });
  return present({ found, what: 'such connection', nextStep: 'GET /v1/connections lists them all.' });
}

/** @throws Problem 404 */
export function present<T>({
  found,
  what,
  nextStep,
}: {
  found: T | undefined;
  what: string;
  nextStep: string;
}): T {
  if (found === undefined) throw notFound(what, nextStep);
  return found;
}
