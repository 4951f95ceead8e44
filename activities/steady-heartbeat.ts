/** Heartbeats that go on while a single slow call is waited for. */
import { heartbeat } from '@temporalio/activity';

/** Well below every heartbeat time-out of ours (20 s and more). */
const EVERY_MS = 5_000;

/** @param work gets a function that changes what the heartbeat says; ids and numbers only */
export async function withHeartbeat<T>(work: (tell: (details: object) => void) => Promise<T>): Promise<T> {
  let latest: object = {};
  const timer = setInterval(() => heartbeat(latest), EVERY_MS);
  try {
    return await work((details) => {
      latest = details;
      heartbeat(latest);
    });
  } finally {
    clearInterval(timer);
  }
}
