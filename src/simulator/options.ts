import type { SimulatorSettings } from './settings.ts';

export const SIMULATOR_APP_KEY = 'seatkeeper-simulator';
export const SIMULATOR_APP_SECRET = 'seatkeeper-simulator-secret';
const DEFAULT_RECOVER_WINDOW_MS = 7 * 24 * 60 * 60 * 1000;
const DEFAULT_TEAM_SIZE = 250;

export interface SimulatedTeamOptions {
  name: string;
  /** Domain of the generated members' addresses. */
  domain: string;
  /** Members the team begins with, invited, suspended and removed ones included. */
  size: number;
  /** Seats bought. */
  licences: number;
}

export interface SimulatorOptions {
  host?: string;
  /** 0 takes any free port. */
  port?: number;
  /** The same seed makes the same teams. */
  seed?: number;
  /** Size of the first team. */
  teamSize?: number;
  /** Seats of the first team; by default a tenth more than its size. */
  licences?: number;
  teamName?: string;
  /** All teams, in place of `teamSize`, `licences` and `teamName`. */
  teams?: readonly SimulatedTeamOptions[];
  /** How long a removed member can be recovered; Dropbox has seven days. */
  recoverWindowMs?: number;
  /** Share of the generated members that have an external id (`HR-000123`), 0 to 1. */
  externalIdShare?: number;
  appKey?: string;
  appSecret?: string;
  /** Registered redirect URIs; without any, every http(s) address on this machine is taken. */
  redirectUris?: readonly string[];
  /** Where changes are kept over restarts; without it they live in memory only. */
  stateFile?: string;
  settings?: Partial<SimulatorSettings>;
  /** Calls the ledger remembers; the oldest go first. */
  ledgerCallCapacity?: number;
}

export interface ResolvedOptions {
  readonly host: string;
  readonly port: number;
  readonly seed: number;
  readonly teams: readonly SimulatedTeamOptions[];
  readonly recoverWindowMs: number;
  readonly externalIdShare: number;
  readonly appKey: string;
  readonly appSecret: string;
  readonly redirectUris: readonly string[];
  readonly stateFile: string | null;
  readonly settings: Partial<SimulatorSettings>;
  readonly ledgerCallCapacity: number;
}

const roundedUp = (count: number): number => Math.max(10, Math.ceil(count / 10) * 10);

export function resolveOptions(options: SimulatorOptions): ResolvedOptions {
  const size = options.teamSize ?? DEFAULT_TEAM_SIZE;
  const teams = options.teams ?? [
    {
      name: options.teamName ?? 'Corp',
      domain: 'corp.example',
      size,
      licences: options.licences ?? roundedUp(size * 1.1),
    },
    // A second team, so that a person can authorise the wrong one.
    { name: 'Corp Labs', domain: 'corp-labs.example', size: 40, licences: 60 },
  ];
  return {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    seed: options.seed ?? 2026,
    teams,
    recoverWindowMs: options.recoverWindowMs ?? DEFAULT_RECOVER_WINDOW_MS,
    externalIdShare: options.externalIdShare ?? 0,
    appKey: options.appKey ?? SIMULATOR_APP_KEY,
    appSecret: options.appSecret ?? SIMULATOR_APP_SECRET,
    redirectUris: options.redirectUris ?? [],
    stateFile: options.stateFile ?? null,
    settings: options.settings ?? {},
    ledgerCallCapacity: options.ledgerCallCapacity ?? 50_000,
  };
}
