const Mocha = require('mocha');

/** Open handles should be closed by then; any that remain were forgotten. */
const ENDS_WITHIN_MS = 20_000;

/**
 * The spec reporter, ending in the one line that machines read: `N passed, N failed`. Before it stands why tests were
 * retried: a test that cannot be repeated fails for another reason the second time.
 */
module.exports = class LastLineReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    let forgotten = 0;
    const retries = [];

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
      process.stdout.write(retries.join(''));
      process.stdout.write(`${passes} passed, ${failures + forgotten} failed\n`);
    });
  }
};
