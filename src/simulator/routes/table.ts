import type { Route } from '../rpc/route.ts';
import { DEVICE_ROUTES } from './devices.ts';
import { FEATURE_ROUTES } from './features.ts';
import { MEMBER_ADDING_ROUTES } from './members-adding.ts';
import { MEMBER_CHANGING_ROUTES } from './members-changing.ts';
import { MEMBER_READING_ROUTES } from './members-reading.ts';
import { MEMBER_REMOVING_ROUTES } from './members-removing.ts';
import { MEMBER_TRANSFERRING_ROUTES } from './members-transferring.ts';
import { TEAM_ROUTES } from './team.ts';
import { TEAM_LOG_ROUTES } from './team-log.ts';
import { TOKEN_ROUTES } from './token.ts';

/** Every route under `/2/`. A new family is a file of its own and one line here. */
export const ROUTES: ReadonlyMap<string, Route> = new Map(
  [
    ...TEAM_ROUTES,
    ...FEATURE_ROUTES,
    ...TEAM_LOG_ROUTES,
    ...DEVICE_ROUTES,
    ...MEMBER_READING_ROUTES,
    ...MEMBER_ADDING_ROUTES,
    ...MEMBER_REMOVING_ROUTES,
    ...MEMBER_CHANGING_ROUTES,
    ...MEMBER_TRANSFERRING_ROUTES,
    ...TOKEN_ROUTES,
  ].map((route) => [route.name, route]),
);
