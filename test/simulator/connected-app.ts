import { Dropbox, type DropboxResponseError } from 'dropbox';
import type { Simulator } from '../../src/simulator/simulator.ts';

export interface RawAnswer {
  status: number;
  headers: Headers;
  text: string;
}

export interface ConnectedApp {
  readonly accessToken: string;
  /** The official SDK, its requests led to the simulator. */
  readonly sdk: Dropbox;
  /** Plain HTTP with a JSON body, or without one. */
  call(route: string, body?: unknown): Promise<RawAnswer>;
  /** The same, but the answer's JSON. */
  json<Result>(route: string, body?: unknown): Promise<Result>;
}

const OFFICIAL = 'https://api.dropboxapi.com';

/** An app that an admin of the simulated team has connected. */
export function connectedApp({
  simulator,
  accessToken = simulator.issueTokens().accessToken,
}: {
  simulator: Simulator;
  accessToken?: string;
}): ConnectedApp {
  const sdk = new Dropbox({
    accessToken,
    fetch: (url: string, init: RequestInit) =>
      fetch(url.replace(OFFICIAL, simulator.origin), { ...init, redirect: 'error' }),
  });
  const call = async (route: string, body?: unknown): Promise<RawAnswer> => {
    const response = await fetch(`${simulator.origin}/2/${route}`, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${accessToken}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return {
    accessToken,
    sdk,
    call,
    json: async (route, body) => JSON.parse((await call(route, body)).text),
  };
}

/** The tag of a 409, as the SDK reports it. */
export async function refusalTag(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    const { status, error: body } = error as DropboxResponseError<{ error: { '.tag': string } }>;
    return status === 409 ? body.error['.tag'] : `status ${status}`;
  }
  return 'ok';
}

export const byEmail = (email: string) => ({ '.tag': 'email' as const, email });
export const byMemberId = (id: string) => ({ '.tag': 'team_member_id' as const, team_member_id: id });
export const byExternalId = (id: string) => ({ '.tag': 'external_id' as const, external_id: id });
