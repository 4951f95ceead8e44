/** Every command there is, the ones of src/main included. */
import assert from 'node:assert/strict';
import type { Command } from 'commander';
import { createCli } from '../../src/cli/cli.ts';
import { programOf } from '../../src/cli/program.ts';
import { addAuditReplay } from '../../src/main/command-line/audit-replay.ts';
import { addMigrate } from '../../src/main/command-line/migrate.ts';
import { addSimulator } from '../../src/main/command-line/simulator.ts';

const FIXED = [
  'connect',
  'sync',
  'members',
  'licences',
  'people show',
  'events send',
  'audit export',
  'audit replay',
  'migrate',
  'simulator',
];

function leaves(command: Command, before: string): [name: string, command: Command][] {
  return command.commands.flatMap((child) => {
    const name = `${before} ${child.name()}`.trim();
    return child.commands.length > 0 ? leaves(child, name) : [[name, child] as [string, Command]];
  });
}

function helpOf(command: Command): string {
  const help: string[] = [];
  command.configureOutput({ writeOut: (text) => void help.push(text) }).outputHelp();
  return help.join('');
}

describe('the help of the command line', () => {
  const { stdin, stdout, stderr } = process;
  const cli = createCli({ env: {}, stdin, stdout, stderr, signal: new AbortController().signal });
  const program = programOf({
    cli,
    extend: ({ program: extended }) => {
      addAuditReplay({ program: extended, cli });
      addMigrate({ program: extended, databaseUrl: () => Promise.reject(new Error('not run')) });
      addSimulator({ program: extended, recoverWindowMs: () => Promise.reject(new Error('not run')) });
    },
  });
  const commands = leaves(program, '');

  it('knows every command whose name is fixed', () => {
    const names = commands.map(([name]) => name);
    for (const name of FIXED) assert.ok(names.includes(name), name);
  });

  it('has --json and examples for every command', () => {
    for (const [name, command] of commands) {
      const help = helpOf(command);
      assert.match(help, /--json/, name);
      assert.match(help, new RegExp(`Examples:\\n(.*\\n)*? {2}seatkeeper ${name}`), name);
    }
  });
});
