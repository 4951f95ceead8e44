import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { beginAuthorization, getAuthorization } from '../../http/contract/authorizations.ts';
import { createConnection, getConnection } from '../../http/contract/connections.ts';
import type { Answer, Api } from '../api/client.ts';
import { openBrowser } from '../browser.ts';
import type { Cli } from '../cli.ts';
import { addCommand, type JsonFlag } from '../command.ts';
import { CliFailure } from '../failure.ts';
import { printResult } from '../screen/listing.ts';
import { showSteps } from '../screen/progress.ts';
import { moment } from '../screen/words.ts';
import { syncText, watchSync } from '../watched-sync.ts';

const LOOK_EVERY_MS = 1_000;

type Flags = JsonFlag & {
  name?: string;
  access?: 'read' | 'provision';
  authorization?: string;
  browser: boolean;
};
type Authorization = Answer<typeof getAuthorization>;

export function addConnect({ program, cli }: { program: Command; cli: Cli }): void {
  addCommand({
    to: program,
    name: 'connect',
    description: 'connect a Dropbox team: an admin of the team grants access in the browser',
    examples: [
      'connect',
      'connect --name "Corp Dropbox" --access read',
      'connect --no-browser    # only print the address, for an admin elsewhere',
      'connect --authorization auth_…    # go on waiting after Ctrl-C',
    ],
  })
    .option('--name <name>', "what to call it (default: the team's name)")
    .addOption(new Option('--access <access>', 'what to ask for').choices(['read', 'provision']))
    .option('--authorization <id>', 'go on with one that was begun before')
    .option('--no-browser', 'do not open a browser')
    .action((flags: Flags) => connect({ cli, flags }));
}

async function connect({ cli, flags }: { cli: Cli; flags: Flags }): Promise<void> {
  const { json = false, name } = flags;
  const api = await cli.api();
  const id = flags.authorization ?? (await begin({ cli, api, flags }));
  const again = `seatkeeper connect --authorization ${id}${name === undefined ? '' : ` --name "${name}"`}`;
  cli.ifInterrupted(`Nothing is lost: access can still be granted. Go on with: ${again}`);
  const granted = await untilAnswered({ cli, api, id, quiet: json });
  const connection = await save({ api, granted, name });
  const { slug } = connection;
  if (!json) cli.screen.say(`Connected ${connection.team.name} as ${slug}. Its first sync runs.`);
  cli.ifInterrupted(
    `${slug} is connected, and its sync goes on. Watch it: seatkeeper sync --connection ${slug} --watch`,
  );
  const { sync } = connection;
  const run =
    sync === null ? null : await watchSync({ cli, api, connection: slug, begun: sync, quiet: json });
  const result = await api.call(getConnection, { params: { connection: slug } });
  const text = () =>
    [
      ...(run === null ? [] : [syncText({ run, connection: slug })]),
      `Next: "seatkeeper members" lists who is on the team; "seatkeeper settings show" what Seatkeeper may do.`,
    ].join('\n');
  await printResult({ cli, json, result, text });
}

/** @returns the id of the authorisation, whose address was shown */
async function begin({ cli, api, flags }: { cli: Cli; api: Api; flags: Flags }): Promise<string> {
  const { access, browser } = flags;
  const begun = await api.call(beginAuthorization, { body: { access } });
  const { say } = cli.screen;
  say('To grant access, an admin of the Dropbox team opens this address:\n');
  say(`  ${begun.authorizeUrl}\n`);
  say(`It works until ${moment(begun.expiresAt)}.`);
  if (
    browser &&
    cli.screen.width !== undefined &&
    (await openBrowser({ url: begun.authorizeUrl, env: cli.env }))
  ) {
    say('A browser should have opened with it.');
  }
  return begun.id;
}

/** @throws CliFailure for one that was refused, or expired */
async function untilAnswered({
  cli,
  api,
  id,
  quiet,
}: {
  cli: Cli;
  api: Api;
  id: string;
  quiet: boolean;
}): Promise<Authorization> {
  const look = (): Promise<Authorization> => api.call(getAuthorization, { params: { id } });
  let now = await look();
  const run = async (): Promise<void> => {
    while (now.status === 'pending') {
      await sleep(LOOK_EVERY_MS, undefined, { signal: cli.signal });
      now = await look();
    }
    if (now.status !== 'granted') throw notGranted(now);
  };
  await showSteps({ screen: cli.screen, quiet, steps: [{ title: 'Waiting for access to be granted', run }] });
  return now;
}

const notGranted = ({ status, problem }: Authorization): CliFailure =>
  new CliFailure({
    exit: 'failed',
    message:
      problem?.detail ??
      (status === 'expired' ? 'Nobody granted access in time.' : 'Access was refused at Dropbox.'),
    nextStep: problem?.nextStep ?? 'Run "seatkeeper connect" again.',
  });

/** Saves it unless that was done before; the same authorisation never makes two. */
async function save({
  api,
  granted,
  name,
}: {
  api: Api;
  granted: Authorization;
  name: string | undefined;
}): Promise<Answer<typeof getConnection>> {
  const { id, team, connection } = granted;
  if (connection !== undefined) return api.call(getConnection, { params: { connection } });
  return api.call(createConnection, {
    body: { authorizationId: id, name: name ?? team?.name ?? 'Dropbox' },
    idempotencyKey: `connect-${id}`,
  });
}
