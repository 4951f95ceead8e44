/**
 * Every failure of an activity, as Temporal gets it: our code as its type, `final` and `wait` not retried, and
 * Dropbox's Retry-After as the next retry time, so that nobody sleeps on it. What is not of our making (PostgreSQL,
 * defects) is reduced to its kind: messages of drivers quote values, and values are personal data.
 */
import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { dispositionOf } from '../src/domain/failures.ts';
import { unreadableDelayMs } from '../src/domain/patience.ts';
import { DropboxFailure } from '../src/dropbox/failure.ts';

/** Told about failures that are not Dropbox's, so that a defect is seen. No values in it. */
export type DefectReport = (defect: { activity: string; kind: string; where: string | undefined }) => void;

export function failureInterceptor({ activity, onDefect }: { activity: string; onDefect: DefectReport }) {
  return {
    async execute<I>(input: I, next: (input: I) => Promise<unknown>): Promise<unknown> {
      try {
        return await next(input);
      } catch (error) {
        throw asTemporalFailure({ error, activity, onDefect });
      }
    },
  };
}

function asTemporalFailure({
  error,
  activity,
  onDefect,
}: {
  error: unknown;
  activity: string;
  onDefect: DefectReport;
}): unknown {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (error instanceof DropboxFailure) {
    const { code, tag, route, requestId } = error;
    const { attempt } = activityInfo();
    const { retryAfterMs = code === 'dropbox_unreadable' ? unreadableDelayMs({ attempt }) : undefined } =
      error;
    return ApplicationFailure.create({
      type: code,
      message: error.message,
      nonRetryable: dispositionOf(code) !== 'retry',
      details: [{ route, tag, requestId }],
      ...(retryAfterMs === undefined ? {} : { nextRetryDelay: retryAfterMs }),
    });
  }
  const kind = kindOf(error);
  onDefect({ activity, kind, where: placeOf(error) });
  return ApplicationFailure.create({
    type: 'internal',
    message: `${activity}: ${kind}`,
    nonRetryable: false,
  });
}

/** Class names and SQLSTATEs along the chain of causes. */
function kindOf(error: unknown): string {
  const kinds: string[] = [];
  for (let e = error; e instanceof Error && kinds.length < 4; e = e.cause) {
    const { code } = e as { code?: unknown };
    kinds.push(typeof code === 'string' ? `${e.name} ${code}` : e.name);
  }
  return kinds.join(' < ') || typeof error;
}

/** The first frame of our own code; a stack without its message has no values in it. */
function placeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return error.stack
    ?.split('\n')
    .find((line) => /^\s+at .*\/(activities|src)\//.test(line))
    ?.trim();
}
