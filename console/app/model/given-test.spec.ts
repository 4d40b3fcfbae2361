import { runInThisContext } from 'node:vm';
import { expect } from 'chai';
import { toTest } from './given-test.ts';

describe('a history as a test', () => {
  it('is a program whose data are the events', () => {
    const events = {
      given: [{ type: 'Drafted', data: { by: 'ada' } }],
      when: { commandId: '7' },
      then: [{ type: 'Published' }],
    };
    const text = toTest('moc "a" at revision 1', events);
    const run = runInThisContext(`(it, expect, decide, evolve, initial) => { ${text} }`) as (
      ...parts: unknown[]
    ) => void;
    const results: unknown[] = [];
    run(
      (title: string, body: () => void) => {
        results.push(title);
        body();
      },
      (value: unknown) => ({ to: { deep: { equal: (then: unknown) => void results.push(value, then) } } }),
      (_when: unknown, state: unknown) => state,
      (state: readonly unknown[], event: unknown) => [...state, event],
      [],
    );

    expect(results).to.deep.equal(['moc "a" at revision 1', events.given, events.then]);
  });
});
