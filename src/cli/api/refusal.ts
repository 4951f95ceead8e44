/** An answer of the server that is not a success, in the server's own words. */
import type { problem } from '../../http/contract/problem.ts';
import type { z } from '../../http/contract/zod.ts';
import { CliFailure, type Exit } from '../failure.ts';

type Problem = z.output<typeof problem>;

const OTHER_KEY = 'Set SEATKEEPER_API_KEY to a key that works; "seatkeeper api-keys create" makes one.';

/** `status` and `code` are the problem's. */
export class ApiRefusal extends CliFailure {
  readonly status: number;
  readonly code: string;

  constructor(about: Problem) {
    super({
      exit: exitOf(about.status),
      message: [
        `${about.title}: ${about.detail}`,
        ...(about.errors ?? []).map(({ field, detail }) => `  ${field || 'the body'} ${detail}`),
      ].join('\n'),
      // The server speaks of a header, which nobody types here.
      nextStep: about.status === 401 ? OTHER_KEY : about.nextStep,
    });
    this.name = 'ApiRefusal';
    this.status = about.status;
    this.code = about.code;
  }
}

const exitOf = (status: number): Exit => (status === 401 || status === 403 ? 'unauthorised' : 'failed');

/** @throws {CliFailure} always: an ApiRefusal, or "not Seatkeeper" where the answer is nobody's we know */
export async function refuse({ response, url }: { response: Response; url: string }): Promise<never> {
  const body: unknown = await response.json().catch(() => null);
  if (isProblem(body)) throw new ApiRefusal(body);
  throw notSeatkeeper({ url, answered: `status ${response.status}` });
}

export const notSeatkeeper = ({ url, answered }: { url: string; answered: string }): CliFailure =>
  new CliFailure({
    exit: 'unreachable',
    message: `What answers at ${url} is not Seatkeeper, or something stands in its way (${answered}).`,
    nextStep: 'Check SEATKEEPER_URL, and any proxy between here and there.',
  });

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' &&
  body !== null &&
  'title' in body &&
  'detail' in body &&
  'code' in body &&
  'status' in body &&
  typeof body.status === 'number';
