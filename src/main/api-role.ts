/** What the API consists of: the application on its socket, PostgreSQL, the way to Dropbox's token endpoint. */
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { workflowHistories } from '../commands/person-histories.ts';
import type { RoleConfig } from '../config.ts';
import { createKeyring } from '../crypto/keyring.ts';
import { createPayloadCodec } from '../crypto/payload-codec.ts';
import { createDropboxClient } from '../dropbox/client.ts';
import { createOAuthClient } from '../dropbox/oauth.ts';
import type { TransportOptions } from '../dropbox/transport.ts';
import { createApp } from '../http/app.ts';
import { isoDuration } from '../http/contract/values.ts';
import type { DescribeGrant } from '../http/deps.ts';
import { openDatabase } from '../store/database.ts';
import { migrateDatabase } from '../store/migrate.ts';
import { dropboxMetrics } from './dropbox-metrics.ts';
import { listen } from './listen.ts';
import type { Running } from './process-life.ts';
import { namespaceOf, temporalClient } from './temporal-client.ts';

/** So long `/readyz` says that we are going while requests are still taken, so that a balancer can turn away first. */
const GOING_MS = 500;
/** Requests under way when the API is told to stop get this long to be answered. */
const DRAIN_MS = 3_000;
const TEMPORAL_ANSWERS_WITHIN_MS = 1_000;

/** Whom a fresh access token speaks for; it is never refreshed here, since nothing is saved yet. */
export function describeGrantWith(transport: Pick<TransportOptions, 'apiOrigin' | 'onCall'>): DescribeGrant {
  return async (token) => {
    const accessToken = { current: async () => token, replacing: async () => token };
    const dropbox = createDropboxClient({ ...transport, accessToken });
    const { teamId, name } = await dropbox.teamInfo();
    const { admin } = await dropbox.authenticatedAdmin();
    return { teamId, teamName: name, adminMemberId: admin.teamMemberId, adminEmail: admin.email };
  };
}

/** @throws when PostgreSQL does not answer or the port is taken; Temporal may be away */
export async function startApiRole({ config, log }: { config: RoleConfig; log: Logger }): Promise<Running> {
  await migrateDatabase({ url: config.databaseUrl });
  const db = openDatabase({ url: config.databaseUrl });
  const keyring = createKeyring(config.encryptionKeys);
  const { app, apiOrigin, scopes, webOrigin } = config.dropbox;
  const registry = new Registry();
  const onCall = dropboxMetrics(registry);
  let isDraining = false;
  const { client, close } = temporalClient({ temporal: config.temporal, keyring });
  const codec = createPayloadCodec(keyring);
  const server = createServer(
    createApp({
      db,
      keyring,
      config: {
        publicUrl: config.publicUrl,
        adminApiKey: config.adminApiKey,
        rateLimitPerMinute: config.rateLimitPerMinute,
        dormantAfter: isoDuration(config.dormantAfterMs),
        dropbox: { appKey: app.key, scopes, webOrigin },
        temporal: { uiUrl: config.temporal.uiUrl, namespace: namespaceOf(config.temporal) },
        codecToken: config.codecToken,
      },
      oauth: createOAuthClient({ apiOrigin, onCall, clientId: app.key, clientSecret: app.secret }),
      describeGrant: describeGrantWith({ apiOrigin, onCall }),
      decodePayloads: (payloads) => codec.decode(payloads),
      histories: workflowHistories({ client, codec }),
      temporalReachable: () =>
        client.connection
          .withDeadline(Date.now() + TEMPORAL_ANSWERS_WITHIN_MS, () =>
            client.workflowService.getSystemInfo({}),
          )
          .then(() => true),
      isDraining: () => isDraining,
      registry,
      log,
    }),
  );
  await listen({ server, host: config.host, port: config.port, variable: 'PORT' });
  log.info({ host: config.host, port: config.port }, 'the API is ready');
  return {
    facts: { url: config.publicUrl },
    stop: async () => {
      isDraining = true;
      log.info('draining: answering what is under way');
      await sleep(GOING_MS);
      await drain(server);
      await close();
      await db.$client.end();
      log.info('drained');
    },
  };
}

/** Takes nothing new, answers what is under way, then hangs up. */
function drain(server: Server): Promise<void> {
  return new Promise((done) => {
    // A connection that is kept alive turns idle when its answer is out.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    const hurry = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(hurry);
      done();
    });
  });
}
