/**
 * Temporal's time-skipping server, from wherever it can be had: kept from an earlier run, downloaded by the SDK, or put
 * together by Maven. Its clock is global, so each test starts one of its own.
 */
import { execFile } from 'node:child_process';
import { access, chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { temporal } from '@temporalio/proto';
import { TestWorkflowEnvironment } from '@temporalio/testing';

const VERSION = '1.38.0';
/** A network that swallows packets must not eat the whole test. */
const DOWNLOAD_WITHIN_MS = 60_000;
const MAVEN_WITHIN_MS = 240_000;

export type TimeSkipping = {
  env: TestWorkflowEnvironment;
  address: string;
  source: 'kept' | 'downloaded by the SDK' | 'put together by Maven';
};

/** @throws with one sentence when there is no way to get the server */
export async function startTimeSkipping(): Promise<TimeSkipping> {
  const folder = join(cacheFolder(), VERSION);
  const ways: { source: TimeSkipping['source']; start: () => Promise<TestWorkflowEnvironment> }[] = [
    { source: 'kept', start: () => serve(folder) },
    { source: 'downloaded by the SDK', start: downloaded },
    { source: 'put together by Maven', start: () => putTogether(folder).then(() => serve(folder)) },
  ];
  const refusals: string[] = [];
  for (const { source, start } of ways) {
    try {
      const env = await start();
      await registerSearchAttributes(env);
      return { env, address: env.address, source };
    } catch (error) {
      refusals.push(`${source}: ${briefly(error)}`);
    }
  }
  throw new Error(
    `There is no time-skipping server here: install Java 11 or newer and Maven, or let the SDK download one (${refusals.join('; ')}).`,
  );
}

/** The user's cache folder, beside the Temporal command line that the product keeps. */
function cacheFolder(): string {
  const given = process.env.XDG_CACHE_HOME;
  const base = given !== undefined && isAbsolute(given) ? given : join(homedir(), '.cache');
  return join(base, 'seatkeeper', 'time-skipping');
}

async function serve(folder: string): Promise<TestWorkflowEnvironment> {
  const path = join(folder, 'serve');
  await access(path);
  return TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
}

async function downloaded(): Promise<TestWorkflowEnvironment> {
  const starting = TestWorkflowEnvironment.createTimeSkipping();
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<'too long'>((resolve) => {
    timer = setTimeout(resolve, DOWNLOAD_WITHIN_MS, 'too long');
  });
  const winner = await Promise.race([starting, tooLong]).finally(() => clearTimeout(timer));
  if (winner !== 'too long') return winner;
  // It cannot be cancelled; should it still come, nobody wants it any more.
  void starting.then((env) => env.teardown()).catch(() => {});
  throw new Error(`nothing within ${DOWNLOAD_WITHIN_MS / 1_000} s`);
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>seatkeeper</groupId><artifactId>time-skipping</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;

/** `exec`, so that the process that the SDK ends is the server itself. */
const SERVE = `#!/bin/sh
exec java -cp "$(dirname "$0")/jars/*" io.temporal.testserver.TestServer "$@"
`;

/** In a folder beside its place, then renamed: whoever looks finds a whole server or none. */
async function putTogether(folder: string): Promise<void> {
  const parent = cacheFolder();
  await mkdir(parent, { recursive: true });
  const workshop = await mkdtemp(join(parent, '.new-'));
  try {
    await writeFile(join(workshop, 'pom.xml'), POM);
    const outputDirectory = `-DoutputDirectory=${join(workshop, 'jars')}`;
    await promisify(execFile)('mvn', ['-q', '-B', 'dependency:copy-dependencies', outputDirectory], {
      cwd: workshop,
      timeout: MAVEN_WITHIN_MS,
    });
    await writeFile(join(workshop, 'serve'), SERVE);
    await chmod(join(workshop, 'serve'), 0o755);
    await rm(folder, { recursive: true, force: true });
    // Another run may have been quicker with the same.
    await rename(workshop, folder).catch(() => access(join(folder, 'serve')));
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

const { INDEXED_VALUE_TYPE_KEYWORD: KEYWORD, INDEXED_VALUE_TYPE_DATETIME: DATETIME } =
  temporal.api.enums.v1.IndexedValueType;

async function registerSearchAttributes({ connection }: TestWorkflowEnvironment): Promise<void> {
  await connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: {
      SeatState: KEYWORD,
      SeatConnection: KEYWORD,
      SeatAttention: KEYWORD,
      SeatHoldUntil: DATETIME,
    },
  });
}

function briefly(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'not there';
  const [line = ''] = error.message.split('\n');
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}
