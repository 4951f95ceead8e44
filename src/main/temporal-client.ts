/** The connection to Temporal, as the SDK's own environment variables define it, with our data converter. */
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import type { TemporalConfig } from '../config.ts';
import { dataConverter } from '../crypto/data-converter.ts';
import type { Keyring } from '../crypto/keyring.ts';

type Options = ReturnType<typeof loadClientConnectConfig>;

function options(temporal: TemporalConfig): Options {
  return loadClientConnectConfig({ overrideEnvVars: { ...temporal.env } });
}

export const namespaceOf = (temporal: TemporalConfig): string =>
  temporal.namespace ?? options(temporal).namespace ?? 'default';

/** Connects at the first call: a Temporal server that is away does not stop the process from starting. */
export function temporalClient({ temporal, keyring }: { temporal: TemporalConfig; keyring: Keyring }): {
  client: Client;
  connection: Connection;
  close(): Promise<void>;
} {
  const connection = Connection.lazy(options(temporal).connectionOptions);
  const client = new Client({
    connection,
    namespace: namespaceOf(temporal),
    dataConverter: dataConverter(keyring),
  });
  return { client, connection, close: () => connection.close() };
}

/** The worker's connection is made at once. @throws when the server does not answer */
export const nativeConnection = (temporal: TemporalConfig): Promise<NativeConnection> =>
  NativeConnection.connect(options(temporal).connectionOptions);
