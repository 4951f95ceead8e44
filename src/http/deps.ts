/** Everything the application is given. Wiring, sockets and the environment are src/main's. */
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Database, Keyring } from '../commands/context.ts';
import type { WorkflowHistories } from '../commands/person-histories.ts';
import type { OAuthClient } from '../dropbox/oauth.ts';

/** Whom a fresh access token speaks for. Throws DropboxFailure. */
export type DescribeGrant = (accessToken: string) => Promise<{
  teamId: string;
  teamName: string;
  adminMemberId: string;
  adminEmail: string;
}>;

/** A Temporal payload, as far as the codec endpoint knows it. */
export type CodecPayload = {
  metadata?: { [key: string]: Uint8Array } | null;
  data?: Uint8Array | null;
};

export type AppConfig = {
  /** Without trailing slash; may have a path. */
  publicUrl: string;
  adminApiKey: string | undefined;
  /** 0 is off. */
  rateLimitPerMinute: number;
  /** ISO 8601, the default of the setting. */
  dormantAfter: string;
  dropbox: { appKey: string; scopes: readonly string[]; webOrigin: string };
  temporal: { uiUrl: string; namespace: string };
  /** Secret part of the codec server's path; without it there is none. */
  codecToken: string | undefined;
};

export type AppDeps = {
  db: Database;
  keyring: Keyring;
  config: AppConfig;
  oauth: Pick<OAuthClient, 'exchangeCode'>;
  describeGrant: DescribeGrant;
  /** Decrypts what the Temporal UI shows; throws for what cannot be read. */
  decodePayloads: (payloads: CodecPayload[]) => Promise<CodecPayload[]>;
  /** For the audit export; without it there is none of a person. */
  histories?: WorkflowHistories | undefined;
  /** Whether Temporal answers. Must not take longer than a second. */
  temporalReachable?: (() => Promise<boolean>) | undefined;
  /** True from the moment at which the process was told to end. */
  isDraining?: (() => boolean) | undefined;
  /** Holds metrics of what the application is given; its own are added. */
  registry?: Registry | undefined;
  log: Logger;
  clock?: (() => Date) | undefined;
};

/** The application's dependencies with the clock in place. */
export type Http = AppDeps & { clock: () => Date };
