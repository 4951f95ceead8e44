/** What a worker consists of: workflows, activities on both task queues, and the outbox relay. */
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { connectionClients } from '../../activities/connection-client.ts';
import { failureInterceptor } from '../../activities/failure-interceptor.ts';
import { createActivities } from '../../activities/index.ts';
import { DROPBOX_TASK_QUEUE, TASK_QUEUE, USER_LIFECYCLE } from '../../workflows/messages.ts';
import { endConnection } from '../commands/end-connection.ts';
import { startEnsuringChecks } from '../commands/relay/ensure-checks.ts';
import { startRelay } from '../commands/relay/outbox-relay.ts';
import { startRecordSequencer } from '../commands/relay/record-sequencer.ts';
import type { RoleConfig } from '../config.ts';
import { dataConverter } from '../crypto/data-converter.ts';
import { createKeyring } from '../crypto/keyring.ts';
import { createOAuthClient } from '../dropbox/oauth.ts';
import type { TransportOptions } from '../dropbox/transport.ts';
import { openDatabase } from '../store/database.ts';
import { loadGrant } from '../store/grants.ts';
import { migrateDatabase } from '../store/migrate.ts';
import type { Running } from './process-life.ts';
import { startResealing } from './resealing.ts';
import { registerSearchAttributes } from './search-attributes.ts';
import { namespaceOf, nativeConnection, temporalClient } from './temporal-client.ts';

/** Steps that are under way when the worker is told to stop get this long to end. */
const DRAIN = '6 seconds';
/** A cached lifecycle costs about 0.35 MB. */
const CACHED_WORKFLOWS = 300;
const STEPS_AT_ONCE = 40;

/** @throws when PostgreSQL or Temporal does not answer */
export async function startWorkerRole({
  config,
  log,
  onDropboxCall,
}: {
  config: RoleConfig;
  log: Logger;
  onDropboxCall?: TransportOptions['onCall'];
}): Promise<Running> {
  await migrateDatabase({ url: config.databaseUrl });
  const db = openDatabase({ url: config.databaseUrl, maxConnections: STEPS_AT_ONCE });
  const keyring = createKeyring(config.encryptionKeys);
  const transport = { apiOrigin: config.dropbox.apiOrigin, onCall: onDropboxCall };
  const { key: clientId, secret: clientSecret } = config.dropbox.app;
  const oauth = createOAuthClient({ ...transport, clientId, clientSecret });
  const namespace = namespaceOf(config.temporal);
  const { client, connection: link, close } = temporalClient({ temporal: config.temporal, keyring });
  const dropboxFor = connectionClients({ db, keyring, oauth, transport });

  const openRuns = async function* (slug: string): AsyncGenerator<string> {
    const query = `WorkflowType = '${USER_LIFECYCLE}' AND SeatConnection = '${slug}' AND ExecutionStatus = 'Running'`;
    for await (const { workflowId } of client.workflow.list({ query })) yield workflowId;
  };
  const activities = createActivities({ db, dropboxFor, openRuns, emailHoldMs: config.emailHoldMs });
  const connection = await nativeConnection(config.temporal);
  await registerSearchAttributes({
    connection: link,
    namespace,
    onRefused: (names) => log.warn({ names }, 'the server did not let us register search attributes'),
  });
  const shared = {
    connection,
    namespace,
    dataConverter: dataConverter(keyring),
    shutdownGraceTime: DRAIN,
    interceptors: {
      activity: [
        ({ info }: { info: { activityType: string } }) => ({
          inbound: failureInterceptor({
            activity: info.activityType,
            onDefect: (defect) => log.error(defect, 'an activity failed'),
          }),
        }),
      ],
    },
  };
  const workers = await Promise.all([
    Worker.create({
      ...shared,
      taskQueue: TASK_QUEUE,
      workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
      activities: { ...activities.record },
      maxCachedWorkflows: CACHED_WORKFLOWS,
    }),
    Worker.create({
      ...shared,
      taskQueue: DROPBOX_TASK_QUEUE,
      activities: { ...activities.dropbox },
      maxConcurrentActivityTaskExecutions: STEPS_AT_ONCE,
    }),
  ]);
  const relay = startRelay({
    db,
    client,
    endConnection: (ended) =>
      endConnection({
        db,
        connection: ended,
        revokeGrant: async (connectionId) => {
          const grant = await loadGrant({ db, keyring, connectionId });
          if (grant === null) return;
          const { accessToken } = await oauth.refresh({ refreshToken: grant.refreshToken });
          await oauth.revoke({ accessToken });
        },
      }),
    onTrouble: (trouble) => log.warn(trouble, 'Temporal could not be told; trying again'),
  });
  const checks = startEnsuringChecks({
    client,
    onTrouble: () => log.warn('the schedule that tries the connections could not be made; trying again'),
  });
  const resealing = startResealing({ db, keyring, log });
  const sequencer = startRecordSequencer({ db });
  const ended = Promise.all(workers.map((worker) => worker.run())).then(() => {});
  log.info('the worker is ready');
  return {
    failed: ended.then(
      () => 'the worker stopped by itself',
      (error: unknown) => `the worker failed: ${String(error)}`,
    ),
    stop: async () => {
      log.info('draining: finishing the steps that are under way');
      await Promise.all([relay.stop(), sequencer.stop(), resealing.stop(), checks.stop()]);
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended;
      await connection.close();
      await close();
      await db.$client.end();
      log.info('drained');
    },
  };
}
