/** Every operation that needs a key. */
import type { Http } from '../deps.ts';
import type { Implementation } from '../operations.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { auditRoutes } from './audit.ts';
import { authorizationRoutes } from './authorizations.ts';
import { connectionRoutes } from './connections.ts';
import { decisionRoutes } from './decisions.ts';
import { eventRoutes } from './events.ts';
import { licenceRoutes } from './licences.ts';
import { memberAndSeatRoutes } from './members-and-seats.ts';
import { peopleRoutes } from './people.ts';
import { settingsRoutes } from './settings.ts';

export const allRoutes = (http: Http): Implementation[] => [
  ...authorizationRoutes(http),
  ...connectionRoutes(http),
  ...settingsRoutes(http),
  ...memberAndSeatRoutes(http),
  ...licenceRoutes(http),
  ...decisionRoutes(http),
  ...eventRoutes(http),
  ...peopleRoutes(http),
  ...auditRoutes(http),
  ...apiKeyRoutes(http),
];
