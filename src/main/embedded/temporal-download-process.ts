import { TestWorkflowEnvironment } from '@temporalio/testing';

// Run by temporal-download.ts. The SDK downloads the program of its own choice (and checks nothing but that it came
// whole); there is no call for that alone, so a server is asked for which ends at once because it only prints its help.
process.once('disconnect', () => process.exit(1));
const downloadDir = process.argv[2] ?? '.';
try {
  await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir }, extraArgs: ['--help'] },
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
process.exit(0);
