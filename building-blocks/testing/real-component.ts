import { spawnSync } from 'node:child_process';
import type { Context } from 'mocha';

/** Whether a program can be started here. */
export const isInstalled = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

/**
 * Ends a test whose real component is missing: skipped on a developer's machine with a hint what to install, failed
 * where every component is required (`CI=true`).
 */
export const skipWithout = (context: Context, component: string, advice: string): never => {
  const message = `${component} is missing: ${advice}`;
  if (process.env['CI'] === 'true') throw new Error(message);
  process.stdout.write(`  skipped: ${message}\n`);
  return context.skip();
};

/** Whether the tests run against a given event store instead of the embedded one. */
export const isEventStoreGiven = (): boolean =>
  (process.env['EVENTSTORE_URL'] ?? process.env['TEST_EVENTSTORE_URL']) !== undefined;

/**
 * Skips a test that needs the embedded event store when the environment names another one, also in CI. `reason` says
 * what the test does to the store: "it kills the store".
 */
export const skipOnGivenEventStore = (context: Context, reason: string): void => {
  if (!isEventStoreGiven()) return;
  process.stdout.write(`  skipped: needs the embedded event store, since ${reason}\n`);
  context.skip();
};
