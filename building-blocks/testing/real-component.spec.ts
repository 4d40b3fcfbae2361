import { expect } from 'chai';
import type { Context } from 'mocha';
import { skipOnGivenEventStore } from './real-component.ts';

describe('skipping tests that need the embedded event store', () => {
  const before = { ...process.env };
  afterEach(() => {
    for (const name of ['CI', 'EVENTSTORE_URL'])
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[name];
  });

  const isSkipped = (): boolean => {
    let hasSkipped = false;
    skipOnGivenEventStore({ skip: () => (hasSkipped = true) } as unknown as Context, 'it kills the store');
    return hasSkipped;
  };

  it('skips when another store is given, also in CI', () => {
    process.env['CI'] = 'true';
    process.env['EVENTSTORE_URL'] = 'esdb://127.0.0.1:2113?tls=false';
    expect(isSkipped()).to.equal(true);
  });

  it('lets the test run when none is given', () => {
    Reflect.deleteProperty(process.env, 'EVENTSTORE_URL');
    expect(isSkipped()).to.equal(false);
  });
});
