/** What a child told when it got ready, by the child's name: connection strings, addresses. */
export type Announced = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** One child process of the supervisor. It must speak the messages of child-message.ts. */
export type ChildSpec = Readonly<{
  name: string;
  /** What a person reads: `PostgreSQL`, `Worker`. */
  title: string;
  args: readonly string[];
  /** The program; Node itself unless given. */
  program?: string;
  /** Where it runs; where we run unless given. */
  cwd?: string;
  /** The whole environment, made from what the children before it announced. */
  env: (announced: Announced) => NodeJS.ProcessEnv;
  /** Children that must be ready before this one starts for the first time. */
  after: readonly string[];
  /** Longest silence (no progress message) before it is ready; then it counts as one that cannot start. */
  readyWithinMs: number;
  /** How long it may take to drain after SIGTERM, at the least; time that others left over comes on top. */
  stopWithinMs: number;
}>;

export type Failure = Readonly<{ name: string; title: string; reason: string }>;

/** What happens, for whoever shows it. Times are in milliseconds. */
export type SupervisorEvent =
  | Readonly<{ kind: 'starting'; spec: ChildSpec }>
  | Readonly<{ kind: 'progress'; spec: ChildSpec; text: string }>
  | Readonly<{ kind: 'ready'; spec: ChildSpec; tookMs: number; again: boolean }>
  | Readonly<{ kind: 'died'; spec: ChildSpec; reason: string; restartInMs: number }>
  | Readonly<{ kind: 'failed'; spec: ChildSpec; reason: string }>
  | Readonly<{ kind: 'stopping'; spec: ChildSpec }>
  | Readonly<{ kind: 'stopped'; spec: ChildSpec; tookMs: number; forced: boolean }>
  | Readonly<{ kind: 'output'; spec: ChildSpec; stream: 'stdout' | 'stderr'; line: string }>;
