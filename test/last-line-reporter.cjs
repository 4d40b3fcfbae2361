const Mocha = require('mocha');

/** What was opened is closed by then; whatever still runs was forgotten. */
const ENDS_WITHIN_MS = 20_000;

/** The spec reporter, ending in the one line that machines read: `N passed, N failed`. */
module.exports = class LastLineReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    let forgotten = 0;

    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      // Only fires when something keeps the process from ending by itself, as a test of ours must not.
      setTimeout(() => {
        forgotten = 1;
        process.stdout.write(
          `The tests are over and this still runs: ${process.getActiveResourcesInfo().join(', ')}\n`,
        );
        // Last of all listeners: mocha sets the code by the failures it knows of.
        process.once('exit', () => (process.exitCode = 1));
        process.exit();
      }, ENDS_WITHIN_MS).unref();
    });

    process.once('exit', () => {
      const { passes, failures } = this.stats;
      process.stdout.write(`${passes} passed, ${failures + forgotten} failed\n`);
    });
  }
};
