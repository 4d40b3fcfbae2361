const { relative } = require('node:path');
const Mocha = require('mocha');

const SLOWEST_SHOWN = 25;

/** Open handles should be closed by then; any that remain were forgotten. */
const ENDS_WITHIN_MS = 20_000;

/**
 * The spec reporter, ending in the one line that machines read: `N passed, N failed`. Before it stand the files that took
 * the longest, and why tests were retried: a test that cannot be repeated fails for another reason the second time.
 */
module.exports = class LastLineReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    let forgotten = 0;
    const retries = [];
    const seconds = new Map();
    const { EVENT_SUITE_BEGIN, EVENT_SUITE_END } = Mocha.Runner.constants;
    const beganAt = new Map();

    runner.on(EVENT_SUITE_BEGIN, (suite) => beganAt.set(suite, performance.now()));
    runner.on(EVENT_SUITE_END, (suite) => {
      if (suite.parent?.root !== true) return;
      const file = relative(process.cwd(), suite.file ?? '');
      seconds.set(file, (seconds.get(file) ?? 0) + (performance.now() - beganAt.get(suite)) / 1_000);
    });

    runner.on(Mocha.Runner.constants.EVENT_TEST_RETRY, (test, error) => {
      retries.push(`  retried: ${test.fullTitle()}\n    ${String(error?.stack ?? error)}\n`);
    });

    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      // Only fires when an open handle keeps the process alive, as a test of this project must not.
      setTimeout(() => {
        forgotten = 1;
        process.stdout.write(
          `The tests are over and this still runs: ${process.getActiveResourcesInfo().join(', ')}\n`,
        );
        // Last of all listeners: mocha sets the exit code by the failures that it counted.
        process.once('exit', () => (process.exitCode = 1));
        process.exit();
      }, ENDS_WITHIN_MS).unref();
    });

    process.once('exit', () => {
      const { passes, failures } = this.stats;
      const slowest = [...seconds].sort(([, some], [, other]) => other - some).slice(0, SLOWEST_SHOWN);
      process.stdout.write(slowest.map(([file, s]) => `  ${s.toFixed(0).padStart(4)} s  ${file}\n`).join(''));
      process.stdout.write(retries.join(''));
      process.stdout.write(`${passes} passed, ${failures + forgotten} failed\n`);
    });
  }
};
