/** The layout's arrows, held by the import rules of .dependency-cruiser.cjs; and the rules themselves, seen to fail. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { cruise, type ICruiseOptions, type ICruiseResult, type IResolveOptions } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const ROOT = resolve(import.meta.dirname, '..');
const FOLDERS = ['src', 'workflows', 'activities', 'drizzle', 'test'];

describe('the import rules', () => {
  it('hold for everything there is', async () => {
    const { breaches, modules } = await cruiseFolders({ baseDir: ROOT, folders: FOLDERS });
    assert.ok(modules > 200, `only ${modules} modules were looked at`);
    assert.deepEqual(breaches, []);
  });

  const PLANTED: Record<string, { files: Record<string, string>; rule: string }> = {
    'a package in the domain': {
      files: { 'src/domain/seat.ts': "import type { Client } from 'pg';\nexport type Seat = Client;" },
      rule: 'src/domain imports only what its row allows',
    },
    'a built-in module in the domain': {
      files: { 'src/domain/seat.ts': "import { readFileSync } from 'node:fs';\nexport { readFileSync };" },
      rule: 'src/domain imports only what its row allows',
    },
    'the file system in a workflow': {
      files: { 'workflows/sync.ts': "export { readFile } from 'node:fs/promises';" },
      rule: 'workflows imports only what its row allows',
    },
    'the values of the contract in a workflow': {
      files: {
        'activities/contract.ts': 'export const limit = 1;',
        'workflows/sync.ts': "export { limit } from '../activities/contract.ts';",
      },
      rule: 'workflows imports only types of the contract',
    },
    'an activity in a workflow': {
      files: {
        'activities/remove.ts': 'export type Removal = 1;',
        'workflows/sync.ts': "export type { Removal } from '../activities/remove.ts';",
      },
      rule: 'workflows imports only what its row allows',
    },
    'the store behind the API': {
      files: {
        'src/store/seats.ts': 'export type Row = 1;',
        'src/http/routes/seats.ts': "export type { Row } from '../../store/seats.ts';",
      },
      rule: 'src/http imports only what its row allows',
    },
    'product code in the simulator': {
      files: {
        'src/domain/seat.ts': 'export const held = 1;',
        'src/simulator/member.ts': "export { held } from '../domain/seat.ts';",
      },
      rule: 'src/simulator imports only what its row allows',
    },
    'a process that is started by an import': {
      files: {
        'src/main/worker.ts': 'export const started = true;',
        'src/dropbox/client.ts': "export { started } from '../main/worker.ts';",
      },
      rule: 'nobody imports what starts processes',
    },
    'a test in the product': {
      files: {
        'test/rig.ts': 'export const rig = 1;',
        'src/crypto/keyring.ts': "export { rig } from '../../test/rig.ts';",
      },
      rule: 'nobody imports tests',
    },
    'two files that need each other': {
      files: {
        'src/domain/seat.ts': "import type { Plan } from './plan.ts';\nexport type Seat = { plan: Plan };",
        'src/domain/plan.ts': "import type { Seat } from './seat.ts';\nexport type Plan = { seat: Seat };",
      },
      rule: 'no cycles',
    },
  };
  for (const [name, { files, rule }] of Object.entries(PLANTED)) {
    it(`catch ${name}`, async () => {
      const baseDir = await plant(files);
      try {
        const folders = [...new Set(Object.keys(files).map((file) => file.split('/')[0] as string))];
        const { breaches } = await cruiseFolders({ baseDir, folders });
        assert.ok(
          breaches.some((breach) => breach.startsWith(`${rule}: `)),
          `the breaches found were ${JSON.stringify(breaches)}`,
        );
      } finally {
        await rm(baseDir, { recursive: true });
      }
    });
  }
});

describe('workflows', () => {
  const project = join(ROOT, 'workflows/tsconfig.json');

  it('compile without the types of Node', async () => {
    assert.deepEqual(await compile(project), []);
  });

  it('do not compile with a look at the environment or the file system', async () => {
    const folder = await plant({
      'tsconfig.json': JSON.stringify({ extends: project, include: ['.'] }),
      'environment.ts': 'export const home = process.env.HOME;',
      'files.ts': "export { readFile } from 'node:fs';",
    });
    try {
      const errors = await compile(join(folder, 'tsconfig.json'));
      assert.equal(
        errors.filter((line) => /environment\.ts.*'process'/.test(line)).length,
        1,
        errors.join('\n'),
      );
      assert.equal(errors.filter((line) => /files\.ts.*'node:fs'/.test(line)).length, 1, errors.join('\n'));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

async function cruiseFolders({ baseDir, folders }: { baseDir: string; folders: string[] }) {
  const config = join(ROOT, '.dependency-cruiser.cjs');
  const options = (await extractDepcruiseOptions(config)) as ICruiseOptions;
  const { enhancedResolveOptions, tsConfig: _, ...rest } = options;
  const { output } = await cruise(
    folders,
    { ...rest, validate: true, baseDir },
    enhancedResolveOptions as Partial<IResolveOptions>,
    { tsConfig: extractTsConfig(join(ROOT, 'tsconfig.json')) },
  );
  const { summary, modules } = output as ICruiseResult;
  return {
    modules: modules.filter(({ source }) => !source.includes('node_modules')).length,
    breaches: summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
  };
}

/** A tree of a few files beside which the installed packages are found. */
async function plant(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'seatkeeper-imports-'));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  return folder;
}

/** @returns the compiler's lines, none when it is content */
async function compile(project: string): Promise<string[]> {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  try {
    await promisify(execFile)(process.execPath, [tsc, '--noEmit', '-p', project]);
    return [];
  } catch (error) {
    const { stdout } = error as { stdout?: string };
    if (typeof stdout !== 'string' || stdout === '') throw error;
    return stdout.trim().split('\n');
  }
}
