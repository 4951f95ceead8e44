/**
 * Which folder may import which, as data; test/architecture.test.ts holds the code to it, and `npm run graph` draws it.
 * A folder may always import itself. Types count like values, except where a row says otherwise.
 */

/** A package as the cruiser sees it: installed (a path in node_modules) or not (its bare name). */
const packages = (...names) => `(^|/)node_modules/(@types/)?(${names.join('|')})(/|$)`;
const NODE = '^[a-z_/:]+$';
const ANY_PACKAGE = '(^|/)node_modules/';

const ROWS = [
  { from: '^src/domain/', ours: [], packages: [] },
  {
    from: '^workflows/',
    ours: ['^src/domain/'],
    typesOnly: ['^activities/contract\\.ts$'],
    packages: [packages('@temporalio/workflow', '@temporalio/common')],
  },
  {
    from: '^activities/',
    ours: ['^src/domain/', '^src/dropbox/', '^src/store/'],
    packages: [NODE, packages('@temporalio/activity', '@temporalio/common')],
  },
  { from: '^src/dropbox/', ours: ['^src/domain/'], packages: [NODE, ANY_PACKAGE] },
  {
    from: '^src/store/',
    ours: ['^src/domain/', '^src/crypto/', '^drizzle/schema\\.ts$'],
    packages: [NODE, packages('canonicalize', 'drizzle-orm', 'pg', 'pg-copy-streams')],
  },
  {
    from: '^src/read-model/',
    ours: ['^src/domain/', '^drizzle/schema\\.ts$'],
    packages: [NODE, packages('drizzle-orm', 'pg')],
  },
  {
    from: '^src/commands/',
    // Search attributes belong to what a workflow is started with, as its messages do.
    ours: [
      '^src/domain/',
      '^src/crypto/',
      '^src/store/',
      '^workflows/messages\\.ts$',
      '^workflows/search-attributes\\.ts$',
    ],
    packages: [NODE, packages('@temporalio/client', '@temporalio/common')],
  },
  {
    from: '^src/audit/',
    ours: ['^src/domain/', '^src/store/', '^src/read-model/'],
    packages: [NODE, packages('@temporalio/worker', '@temporalio/workflow', '@temporalio/common')],
  },
  { from: '^src/simulator/', ours: [], packages: [NODE, packages('express', 'dropbox')] },
  { from: '^src/crypto/', ours: [], packages: [NODE, packages('@temporalio/common', '@temporalio/proto')] },
  { from: '^src/config\\.ts$', ours: [], packages: [NODE, packages('zod')] },
  {
    from: '^src/http/',
    ours: ['^src/domain/', '^src/crypto/', '^src/commands/', '^src/read-model/', '^src/dropbox/oauth\\.ts$'],
    packages: [
      NODE,
      packages(
        'express',
        'express-rate-limit',
        'express-serve-static-core',
        'helmet',
        'pino',
        'pino-http',
        'prom-client',
        'qs',
        'swagger-ui-dist',
        'zod',
        '@asteasolutions/zod-to-openapi',
      ),
    ],
  },
  { from: '^src/(console|cli)/', ours: ['^src/http/contract/'], packages: [NODE, ANY_PACKAGE] },
  { from: '^drizzle/', ours: ['^src/domain/'], packages: [NODE, packages('drizzle-orm', 'drizzle-kit')] },
];

const nameOf = (from) => from.replace(/[\^\\$]|\/$/g, '');

const rules = ROWS.flatMap(({ from, ours, typesOnly = [], packages: allowed }) => [
  {
    name: `${nameOf(from)} imports only what its row allows`,
    severity: 'error',
    from: { path: from },
    to: { pathNot: [from, ...ours, ...typesOnly, ...allowed] },
  },
  ...(typesOnly.length === 0
    ? []
    : [
        {
          name: `${nameOf(from)} imports only types of the contract`,
          severity: 'error',
          from: { path: from },
          to: { path: typesOnly, dependencyTypesNot: ['type-only'] },
        },
      ]),
]);

module.exports = {
  forbidden: [
    ...rules,
    {
      name: 'nobody imports what starts processes',
      severity: 'error',
      from: { pathNot: ['^src/main/', '^test/'] },
      to: { path: '^src/main/' },
    },
    {
      name: 'nobody imports tests',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'every import is found', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js', '.cjs', '.d.ts'],
    },
  },
};
