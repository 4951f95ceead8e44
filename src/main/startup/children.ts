import { join } from 'node:path';
import type { Config } from '../../config.ts';
import { PROJECT_FOLDER } from '../project-folder.ts';
import type { Announced, ChildSpec } from '../supervision/child-spec.ts';
import type { Ports } from './kept-ports.ts';
import type { Secrets } from './secrets.ts';

/** Building the Temporal server reports at least every ten seconds, so a minute of silence means that it hangs. */
const PART_READY_WITHIN_MS = 120_000;
const ROLE_READY_WITHIN_MS = 90_000;

/** The children of `npm start`, in the order of starting. The stop times add up to less than STOP_WITHIN_MS. */
export const STOP_WITHIN_MS = 18_000;

/** Embedded parts are left out where the environment names a real one. */
export function describeChildren({
  config,
  env,
  ports,
  secrets,
}: {
  config: Config;
  env: NodeJS.ProcessEnv;
  ports: Ports;
  secrets: Secrets;
}): ChildSpec[] {
  const { dataDir } = config;
  const parts: ChildSpec[] = [];
  const part = (
    spec: Pick<ChildSpec, 'name' | 'title' | 'stopWithinMs'> & { file: string; settings: object },
  ): void => {
    const { file, settings, ...rest } = spec;
    const args = program({ file, settings });
    parts.push({
      ...rest,
      args,
      cwd: PROJECT_FOLDER,
      env: () => env,
      after: [],
      readyWithinMs: PART_READY_WITHIN_MS,
    });
  };

  if (config.databaseUrl === undefined) {
    const settings = { dataDir, port: ports.postgres };
    part({
      name: 'postgres',
      title: 'PostgreSQL',
      file: 'embedded/postgres-process.ts',
      settings,
      stopWithinMs: 3_000,
    });
  }
  if (!usesOwnTemporal(config)) {
    part({
      name: 'temporal',
      title: 'Temporal server',
      file: 'embedded/temporal-process.ts',
      settings: {
        dataDir,
        port: ports.temporal,
        uiPort: ports.temporalUi,
        namespace: config.temporal.namespace ?? 'default',
        codecEndpoint: `${config.publicUrl}/codec/${secrets.CODEC_TOKEN.value}`,
      },
      stopWithinMs: 3_500,
    });
  }
  if (config.dropbox.app === undefined) {
    const settings = {
      dataDir,
      port: ports.simulator,
      recoverWindowMs: config.emailHoldMs,
      ...config.simulator,
    };
    part({
      name: 'simulator',
      title: 'Dropbox simulator',
      file: 'simulator.ts',
      settings,
      stopWithinMs: 1_000,
    });
  }

  const roleEnv = (announced: Announced): NodeJS.ProcessEnv =>
    environmentOfRoles({ config, env, secrets, announced });
  const role = { cwd: PROJECT_FOLDER, env: roleEnv, readyWithinMs: ROLE_READY_WITHIN_MS };
  const [api, worker]: ChildSpec[] = [
    {
      ...role,
      name: 'api',
      title: 'API and console',
      args: program({ file: 'server.ts' }),
      after: parts.map(({ name }) => name),
      stopWithinMs: 4_000,
    },
    {
      ...role,
      name: 'worker',
      title: 'Worker',
      args: program({ file: 'worker.ts' }),
      env: (announced) => ({ ...roleEnv(announced), METRICS_PORT: String(metricsPort({ config, ports })) }),
      after: ['api'],
      stopWithinMs: 6_000,
    },
  ];
  // The API is stopped first, so that nothing new comes in while the worker drains: hence last in the list.
  return [...parts, worker, api].filter((spec) => spec !== undefined);
}

export const metricsPort = ({ config, ports }: { config: Config; ports: Ports }): number =>
  config.metricsPort ?? ports.workerMetrics;

/** A profile of the SDK's configuration file names a server just as an address does. */
const usesOwnTemporal = ({ temporal }: Config): boolean =>
  temporal.address !== undefined || temporal.profile !== undefined;

const program = ({ file, settings }: { file: string; settings?: object }): string[] => [
  '--import=tsx',
  join(PROJECT_FOLDER, 'src/main', file),
  ...(settings === undefined ? [] : [JSON.stringify(settings)]),
];

/** What the API and the worker read through src/config.ts: the person's environment, completed by the embedded parts. */
function environmentOfRoles({
  config,
  env,
  secrets,
  announced,
}: {
  config: Config;
  env: NodeJS.ProcessEnv;
  secrets: Secrets;
  announced: Announced;
}): NodeJS.ProcessEnv {
  const { postgres, temporal, simulator } = announced;
  // Keys, TLS and files that were meant for another Temporal server must not reach the local one.
  const rest = temporal
    ? Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_'))
    : Object.entries(env);
  return {
    ...Object.fromEntries(rest),
    HOST: config.host,
    PORT: String(config.port),
    PUBLIC_URL: config.publicUrl,
    DATA_DIR: config.dataDir,
    ADMIN_API_KEY: secrets.ADMIN_API_KEY.value,
    ENCRYPTION_KEYS: secrets.ENCRYPTION_KEYS.value,
    CODEC_TOKEN: secrets.CODEC_TOKEN.value,
    ...(postgres && { DATABASE_URL: postgres.url }),
    ...(temporal && {
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: config.temporal.namespace ?? 'default',
      TEMPORAL_UI_URL: env.TEMPORAL_UI_URL || temporal.uiUrl,
      // A file that is not there is as good as none to the SDK; the person's own may name another server's TLS.
      TEMPORAL_CONFIG_FILE: join(config.dataDir, 'temporal', 'no-profiles.toml'),
    }),
    ...(simulator && {
      DROPBOX_APP_KEY: simulator.appKey,
      DROPBOX_APP_SECRET: simulator.appSecret,
      DROPBOX_API_ORIGIN: simulator.origin,
      DROPBOX_WEB_ORIGIN: simulator.origin,
    }),
  };
}
