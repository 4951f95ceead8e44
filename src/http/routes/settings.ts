import { putAssignments } from '../../commands/assignments.ts';
import { putSettings } from '../../commands/provisioning.ts';
import type { Settings } from '../../domain/settings.ts';
import { findAssignments, findSettings } from '../../read-model/settings.ts';
import { getAssignments, putAssignments as put } from '../contract/assignments.ts';
import { getProvisioning, putProvisioning } from '../contract/settings.ts';
import type { Http } from '../deps.ts';
import { type Input, implement } from '../operations.ts';
import { knownConnection, present } from './known.ts';

const GONE = { what: 'such connection any more', nextStep: 'GET /v1/connections lists them all.' };

/** What was left out is absent, not undefined: settings are compared and stored as they are. */
function asSettings(body: Input<ReturnType<typeof putProvisioning>>['body']): Settings {
  const { seatPrice, addressSwap, protectAdmins, provision, ...rest } = body;
  const { role, ...switches } = provision;
  return {
    ...rest,
    provision: { ...switches, ...(role === undefined ? {} : { role }) },
    ...(seatPrice === undefined ? {} : { seatPrice }),
    ...(addressSwap === undefined ? {} : { addressSwap }),
    ...(protectAdmins === undefined ? {} : { protectAdmins }),
  };
}

export const settingsRoutes = (http: Http) => {
  const { db, keyring, config } = http;
  const settingsOf = async (connectionId: string) =>
    present({ found: await findSettings({ db, connectionId }), ...GONE });

  return [
    implement(getProvisioning, async ({ params }) => {
      const { id } = await knownConnection({ http, params });
      return { body: await settingsOf(id) };
    }),

    implement(putProvisioning({ dormantAfter: config.dormantAfter }), async ({ params, body, caller }) => {
      const { id } = await knownConnection({ http, params });
      await putSettings({ db, keyring, connectionId: id, settings: asSettings(body), actor: caller.actor });
      return { body: await settingsOf(id) };
    }),

    implement(getAssignments, async ({ params }) => {
      const { id } = await knownConnection({ http, params });
      return { body: await findAssignments({ db, connectionId: id }) };
    }),

    implement(put, async ({ params, body, caller, now }) => {
      const { id } = await knownConnection({ http, params });
      await putAssignments({ db, connectionId: id, assignments: body, actor: caller.actor, now });
      return { body: await findAssignments({ db, connectionId: id }) };
    }),
  ];
};
