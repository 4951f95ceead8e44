/**
 * Mocha's own report, and then one line that scripts can read, always the very last: `N passed, N failed`, with
 * `, N skipped` when there were some. It is written as the process exits, so that nothing can come after it.
 *
 * Two silent ways to a wrong result are closed here:
 * - a run that breaks off (the event loop ran dry in the middle of a test) would exit with 0; it counts as a failure;
 * - a test that leaves something open would keep CI waiting for ever; what is open is named, and the run fails.
 */
const { relative } = require('node:path');
const { reporters, Runner } = require('mocha');

/** How long after the last hook something may stay open. */
const GRACE_MS = 10_000;

class ClosingLineReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    let running = null;
    let ended = false;
    runner.on(Runner.constants.EVENT_TEST_BEGIN, (test) => {
      running = test;
    });
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      ended = true;
      // Does not keep the process alive itself.
      setTimeout(() => endDespiteLeaks(this.stats), GRACE_MS).unref();
    });
    process.on('exit', () => {
      if (!ended) {
        this.stats.failures += 1;
        process.exitCode = 1;
        const place = running === null ? 'before the first test' : `in "${running.fullTitle()}"`;
        process.stdout.write(`\nThe run broke off ${place}.\n`);
      }
      process.stdout.write(`${closingLine(this.stats)}\n`);
    });
  }
}

function closingLine({ passes, failures, pending }) {
  const skipped = pending > 0 ? `, ${pending} skipped` : '';
  return `${passes} passed, ${failures} failed${skipped}`;
}

function endDespiteLeaks(stats) {
  stats.failures += 1;
  const lines = openThings().map((thing) => `  - ${thing}`);
  process.stdout.write(
    `\nEvery test ended ${GRACE_MS / 1000} s ago, but something is still open:\n${lines.join('\n')}\n\n`,
  );
  // Mocha sets the exit code as late as this, so this must come later still.
  process.on('exit', () => {
    process.exitCode = 1;
  });
  process.exit(1);
}

/** What keeps the process alive, as far as Node can tell; its private list knows ports and process ids. */
function openThings() {
  const handles = process._getActiveHandles().filter((handle) => handle.fd === undefined || handle.fd > 2);
  const named = handles.map(describe).filter((name) => name !== null);
  return named.length > 0 ? named : process.getActiveResourcesInfo();
}

function describe(handle) {
  const kind = handle.constructor.name;
  if (handle === process.stdout || handle === process.stderr || handle === process.stdin) return null;
  if (kind === 'ChildProcess') {
    return `process ${handle.pid}: ${handle.spawnargs.map((arg) => relativePath(arg)).join(' ')}`;
  }
  if (kind === 'Server') return `server on ${JSON.stringify(handle.address())}`;
  if (kind === 'Socket') {
    return `connection from port ${handle.localPort} to ${handle.remoteAddress}:${handle.remotePort}`;
  }
  return kind;
}

const relativePath = (text) => (text.startsWith(process.cwd()) ? relative(process.cwd(), text) : text);

module.exports = ClosingLineReporter;
