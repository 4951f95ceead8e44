import type { AccessTokens } from './access-tokens.ts';
import { auditLog } from './audit-log.ts';
import { createCall } from './call.ts';
import { deviceCalls } from './devices.ts';
import { featureCalls } from './features.ts';
import { memberReads } from './member-reads.ts';
import { memberWrites } from './member-writes.ts';
import { teamCalls } from './team.ts';
import type { TransportOptions } from './transport.ts';

export { DropboxFailure } from './failure.ts';

export type DropboxClient = ReturnType<typeof createDropboxClient>;

/**
 * One team's Dropbox. Never retries, except once with a fresh access token when that is refused, and never
 * sleeps: when to call again is the caller's, with `retryAfterMs` of the failure. Every result carries
 * `serverTime` and `fetchedAt`; every method takes a signal and `sendBeforeMs`.
 */
export function createDropboxClient(options: TransportOptions & { accessToken: AccessTokens }) {
  const call = createCall(options);
  return {
    ...teamCalls(call),
    ...featureCalls(call),
    ...memberReads(call),
    ...memberWrites(call),
    ...auditLog(call),
    ...deviceCalls(call),
  };
}
