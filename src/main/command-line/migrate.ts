import type { Command } from 'commander';
import { addCommand, type JsonFlag } from '../../cli/command.ts';

/** @param databaseUrl read only when the command runs; throws where none is set */
export function addMigrate({
  program,
  databaseUrl,
}: {
  program: Command;
  databaseUrl: () => Promise<string>;
}): void {
  addCommand({
    to: program,
    name: 'migrate',
    description: 'bring the database in DATABASE_URL to the present schema',
    examples: ['migrate    # with DATABASE_URL=postgresql://localhost/seatkeeper'],
  }).action(async ({ json }: JsonFlag) => {
    const url = await databaseUrl();
    // Loaded here, because no other command needs it and each would wait for it.
    const { migrateDatabase } = await import('../../store/migrate.ts');
    await migrateDatabase({ url });
    process.stdout.write(json ? '{"migrated":true}\n' : 'The database is up to date.\n');
  });
}
