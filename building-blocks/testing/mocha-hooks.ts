import { randomUUID } from 'node:crypto';

/** An event store that is given under either name serves the platform and every other test. */
const givenEventStore = process.env['TEST_EVENTSTORE_URL'] ?? process.env['EVENTSTORE_URL'];
if (givenEventStore !== undefined) {
  process.env['TEST_EVENTSTORE_URL'] = givenEventStore;
  process.env['EVENTSTORE_URL'] = givenEventStore;
  // A store that was used before knows the users of earlier runs, with their titles and their erasure.
  process.env['DEV_USERS_REALM'] ??= randomUUID();
}

/** Nothing that a test started outlives the run: `closeAfterAllTests` registers it, and it is closed here. */
const closers: (() => Promise<void>)[] = [];

/** Registers the close function of a component that lives as long as the test run (a server, a database, a folder). */
export const closeAfterAllTests = (close: () => Promise<void>): void => {
  closers.push(close);
};

/** Servers with open connections finish those first. */
const CLOSED_WITHIN_MS = 60_000;

export const mochaHooks = {
  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(CLOSED_WITHIN_MS);
    const failures: unknown[] = [];
    for (const close of closers.splice(0).reverse())
      await close().catch((error: unknown) => {
        failures.push(error);
      });
    if (failures.length > 0) throw failures[0];
  },
};
