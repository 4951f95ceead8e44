import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { Access } from './controls/access.ts';
import { Activity } from './controls/activity.ts';
import { ByHand, type MemberChoice } from './controls/by-hand.ts';
import { memberView, type TeamOverview, teamOverview } from './controls/overview.ts';
import { controlRouter } from './controls/router.ts';
import type { Faults } from './faults.ts';
import { performJob } from './job-effects.ts';
import type { Ledger } from './ledger.ts';
import type { MemberInfo } from './members/member-info.ts';
import { authorizeRouter } from './oauth/authorize.ts';
import { type IssuedTokens, issueTokens } from './oauth/issued-tokens.ts';
import { tokenRouter } from './oauth/token-endpoint.ts';
import { resolveOptions, type SimulatorOptions } from './options.ts';
import { rpcRouter } from './rpc/router.ts';
import type { SimulatorSettings } from './settings.ts';
import { World } from './world.ts';

/** A running simulator, and all that can be done to it. Everything here is also there over HTTP, see `GET /simulator`. */
export interface Simulator {
  /** `http://127.0.0.1:<port>`: both DROPBOX_API_ORIGIN and DROPBOX_WEB_ORIGIN. */
  readonly origin: string;
  readonly port: number;
  readonly appKey: string;
  readonly appSecret: string;
  /** What was called and what took effect. */
  readonly ledger: Ledger;
  readonly faults: Faults;
  /** What people do in the Dropbox console: accept an invitation, add, remove, suspend, edit, setRoles. */
  readonly byHand: ByHand;
  /** Removing the app, revoking refresh tokens, expiring access tokens, dropping a scope. */
  readonly access: Access;
  /** The audit log and the devices: events by hand, all events as they are, sessions, cursors that are reset. */
  readonly activity: Activity;
  readonly settings: Readonly<SimulatorSettings>;
  changeSettings(patch: Partial<SimulatorSettings>): void;
  /** Moves the simulator's time, `Date` header included; what falls due takes place at once. */
  advanceClock(ms: number): void;
  /** Milliseconds since the epoch by the simulator's clock. */
  nowMs(): number;
  setLicences(change: { team?: number; licences: number }): void;
  /** The first team, unless another index is given. */
  team(index?: number): TeamOverview;
  /** A member as the API shows it now, removed ones included. */
  member(choice: MemberChoice): MemberInfo | undefined;
  /** Tokens as if an admin of the team had authorised the app just now, without the pages. */
  issueTokens(wish?: { team?: number; scopes?: readonly string[] }): IssuedTokens;
  /** Async job ids handed out so far become unknown to callers. */
  forgetJobs(): void;
  /** Ends open connections too. */
  close(): Promise<void>;
}

/**
 * Starts a Dropbox Business team over real HTTP: API, OAuth pages and controls on one port.
 * Rejects with StateFileMismatch when the state file is about other teams, and with the system's error on a busy port.
 */
export async function startSimulator(given: SimulatorOptions = {}): Promise<Simulator> {
  const options = resolveOptions(given);
  const server = createServer();
  // Longer than any client keeps a connection: a reset must only ever come from a fault.
  server.keepAliveTimeout = 120_000;
  // The port first: a second simulator on it must fail before it touches the first one's state file.
  await listen({ server, host: options.host, port: options.port });
  let world: World;
  try {
    world = new World({ options, performJob });
  } catch (error) {
    await closed(server);
    throw error;
  }
  const byHand = new ByHand(world);
  const access = new Access(world);
  const activity = new Activity({ world, byHand });
  server.on('request', createApp({ world, byHand, access, activity }));
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  const settled = <Part>(part: Part): Part => {
    world.jobs.settle();
    return part;
  };
  return {
    origin: `http://${host}:${port}`,
    port,
    appKey: options.appKey,
    appSecret: options.appSecret,
    get ledger() {
      return settled(world.ledger);
    },
    faults: world.faults,
    byHand,
    access,
    activity,
    get settings() {
      return world.settings;
    },
    changeSettings: (patch) => world.changeSettings(patch),
    advanceClock: (ms) => world.advanceClock(ms),
    nowMs: () => world.clock.nowMs(),
    setLicences: ({ team = 0, licences }) => world.changeLicences({ team: world.team(team), licences }),
    team: (index = 0) => settled(teamOverview({ world, team: world.team(index) })),
    member: (choice) => {
      world.jobs.settle();
      const member = byHand.find(choice);
      return member && memberView({ world, team: world.team(choice.team ?? 0), member });
    },
    issueTokens: (wish) => issueTokens({ world, ...wish }),
    forgetJobs: () => world.jobs.forgetIds(),
    close: async () => {
      await closed(server);
      world.close();
    },
  };
}

function createApp(parts: { world: World; byHand: ByHand; access: Access; activity: Activity }): Express {
  const { world } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((_request, response, next) => {
    // Callers take Dropbox's time from this header, so it follows the simulator's clock.
    response.setHeader('Date', new Date(world.clock.nowMs()).toUTCString());
    next();
  });
  app.use('/2', rpcRouter(world));
  app.use('/oauth2/token', tokenRouter(world));
  app.use('/oauth2/authorize', authorizeRouter(world));
  app.use('/simulator', controlRouter(parts));
  app.get('/', (_request, response) => response.redirect('/simulator'));
  app.use((error: Error & { status?: number }, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    response
      .status(error.status ?? 500)
      .type('text/plain')
      .send(`${error.message}\n`);
  });
  return app;
}

function listen({ server, host, port }: { server: Server; host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
