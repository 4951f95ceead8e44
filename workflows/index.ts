/** What the worker registers. */
export { teamSync } from './team-sync.ts';
export { userLifecycle } from './user-lifecycle.ts';
