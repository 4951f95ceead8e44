import type { Command } from 'commander';
import { exportAudit, listAudit } from '../../http/contract/audit.ts';
import type { Call } from '../api/client.ts';
import { pagesOf } from '../api/pages.ts';
import type { Cli } from '../cli.ts';
import { addCommand, addGroup, type JsonFlag, LIMIT_OPTION, type LimitFlag } from '../command.ts';
import { saveDownload } from '../saved-download.ts';
import { printListing, printResult } from '../screen/listing.ts';
import { counted, moment } from '../screen/words.ts';

type Filter = Pick<
  NonNullable<Call<typeof listAudit>['query']>,
  'person' | 'connection' | 'kind' | 'from' | 'to'
>;
type ExportFlags = JsonFlag & Filter & { output?: string; force?: boolean };

export function addAudit({ program, cli }: { program: Command; cli: Cli }): void {
  const audit = addGroup({ to: program, name: 'audit', description: 'the record of what was done' });
  withFilter(
    addCommand({
      to: audit,
      name: 'list',
      description: 'list the record: who did what, when and why, in its order',
      examples: [
        'audit list --person E100',
        'audit list --connection corp-dropbox --from 2026-11-01T00:00:00Z --json',
        'audit list --kind settings',
      ],
    }),
  )
    .option(...LIMIT_OPTION)
    .action(async ({ json = false, limit, ...flags }: JsonFlag & LimitFlag & Filter) => {
      const api = await cli.api();
      const filter = filterOf(flags);
      await printListing({
        cli,
        json,
        pages: pagesOf({
          limit,
          fetchPage: (page) => api.call(listAudit, { query: { ...filter, ...page } }),
        }),
        empty: 'Nothing on record.',
        columns: [
          { title: 'Position', value: ({ position }) => position },
          { title: 'At', value: ({ at }) => moment(at) },
          { title: 'Kind', value: ({ kind }) => kind },
          { title: 'By', value: ({ actor }) => actor },
          { title: 'Person', value: ({ person }) => person },
          { title: 'Connection', value: ({ connection }) => connection },
          { title: 'Cause', value: ({ cause }) => cause },
          { title: 'What', value: ({ summary }) => summary },
        ],
      });
    });

  withFilter(
    addCommand({
      to: audit,
      name: 'export',
      description: "save a person's record and workflow histories to a file, or anything else of the record",
      examples: [
        'audit export --person E100',
        'audit export --person E100 --output E100.json --force',
        'audit export --from 2026-11-01T00:00:00Z --output november.ndjson',
      ],
    }),
  )
    .option('--output <file>', 'where to (default: audit-<person>.json, without a person audit.ndjson)')
    .option('--force', 'replace the file if there is one')
    .action(async ({ json = false, force = false, output, ...flags }: ExportFlags) => {
      const filter = filterOf(flags);
      const file = output ?? fileNameOf(filter);
      cli.ifInterrupted('Nothing was kept of it.');
      const api = await cli.api();
      const saved = await saveDownload({
        file,
        replace: force,
        signal: cli.signal,
        download: () => api.download(exportAudit, { query: filter }),
      });
      const text = () => `Saved ${counted(saved.bytes, 'byte')} in ${saved.file}; it holds personal data.`;
      await printResult({ cli, json, result: saved, text });
    });
}

const withFilter = (command: Command): Command =>
  command
    .option('--person <person>', 'only of this person, by external id')
    .option('--connection <connection>', 'only of this connection, by slug or id')
    .option('--kind <kind>', 'only of this kind, for example fact, action, settings, refusal')
    .option('--from <time>', 'not before this moment, for example 2026-11-22T09:00:00Z')
    .option('--to <time>', 'before this moment');

const filterOf = ({ person, connection, kind, from, to }: Filter): Filter => ({
  person,
  connection,
  kind,
  from,
  to,
});

/** External ids may hold what no file name can. */
const fileNameOf = ({ person }: Filter): string =>
  person === undefined ? 'audit.ndjson' : `audit-${person.replace(/[^A-Za-z0-9._-]/g, '_')}.json`;
