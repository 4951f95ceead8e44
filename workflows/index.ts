/** What the worker registers. */
export { connectionChecks } from './connection-checks.ts';
export { teamSync } from './team-sync.ts';
export { userLifecycle } from './user-lifecycle.ts';
