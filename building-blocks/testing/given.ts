import { expect } from 'chai';
import { isRejection, type Decider } from '@lego-moc/kernel/decider';

/**
 * `given(moc)(…events).when(command).then(…events)`. The result is a thenable on purpose: returned from `it` without
 * its `then`, the test fails instead of passing. Never await it.
 */
export const given =
  <Command, State, Event, Code extends string>(decider: Decider<Command, State, Event, Code>) =>
  (...history: readonly Event[]) => ({
    when: (command: Command) => {
      const decision = decider.decide(command, history.reduce(decider.evolve, decider.initial));
      return {
        then: (...expected: readonly Event[]): void => {
          expect(decision).to.deep.equal(expected);
        },
        thenNothing: (): void => {
          expect(decision).to.deep.equal([]);
        },
        thenRejected: (code: Code): void => {
          expect(isRejection<Code>(decision) ? decision.rejected : decision).to.equal(code);
        },
      };
    },
  });
