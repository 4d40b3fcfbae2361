import { expect } from 'chai';
import fc from 'fast-check';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Instant } from '@lego-moc/kernel/message';
import {
  INTEREST_KINDS,
  INTERESTS_MAX,
  interestsDecider,
  type InterestCommand,
  type InterestEvent,
  type Interests,
} from './interests.ts';

const at = '2026-01-01T12:00:00.000Z' as Instant;
const { decide, evolve, initial } = interestsDecider;
const decideAfter = (events: readonly InterestEvent[], command: InterestCommand) =>
  decide(command, events.reduce(evolve, initial));
const show = (target: string): InterestCommand => ({ type: 'ShowInterest', data: { kind: 'like', target, at } });
const interestShown = (target: string): InterestEvent => ({
  type: 'InterestShown',
  data: { kind: 'like', target, shownAt: at },
});

describe('deciding on interests', () => {
  it('shows a like once, whatever its name', () => {
    for (const target of ['crane', '__proto__', 'constructor']) {
      expect(decideAfter([], show(target))).to.deep.equal([interestShown(target)]);
      expect(decideAfter([interestShown(target)], show(target)), target).to.deep.equal([]);
    }
  });

  it('tells a like from a bookmark of the same MOC', () => {
    const bookmark: InterestCommand = { type: 'ShowInterest', data: { kind: 'bookmark', target: 'crane', at } };
    expect(decideAfter([interestShown('crane')], bookmark)).to.have.length(1);
  });

  it('withdraws an interest once', () => {
    const withdraw: InterestCommand = { type: 'WithdrawInterest', data: { kind: 'like', target: 'crane' } };
    const withdrawn: InterestEvent = { type: 'InterestWithdrawn', data: { kind: 'like', target: 'crane' } };
    expect(decideAfter([interestShown('crane')], withdraw)).to.deep.equal([withdrawn]);
    expect(decideAfter([interestShown('crane'), withdrawn], withdraw)).to.deep.equal([]);
  });

  it(`rejects like ${String(INTERESTS_MAX + 1)} until one is withdrawn, and repeats the others`, () => {
    const full = { ...initial, like: Object.fromEntries([...Array(INTERESTS_MAX).keys()].map((id) => [id, at])) };
    expect(decide(show('crane'), full)).to.include({ rejected: 'too-many-interests' });
    expect(decide(show('7'), full)).to.deep.equal([]);
    const withdrawn: InterestEvent = { type: 'InterestWithdrawn', data: { kind: 'like', target: '7' } };
    expect(decide(show('crane'), evolve(full, withdrawn))).to.have.length(1);
  });

  it('keeps nothing of an erased user, and rejects new interests', () => {
    const interestsErased: InterestEvent = { type: 'InterestsErased', data: { erasedAt: at } };
    const erase: InterestCommand = { type: 'EraseInterests', data: { at } };
    expect(decideAfter([interestShown('crane')], erase)).to.deep.equal([interestsErased]);
    expect(decideAfter([interestsErased], erase)).to.deep.equal([]);
    expect(decideAfter([interestShown('crane'), interestsErased], show('crane'))).to.include({
      rejected: 'user-erased',
    });
    expect([interestShown('crane'), interestsErased].reduce(evolve, initial)).to.deep.equal({
      ...initial,
      erased: true,
    });
  });

  it('counts as a set does, and decides nothing a second time', () => {
    const interest = fc.record({ kind: fc.constantFrom(...INTEREST_KINDS), target: fc.constantFrom('a', 'b', 'c') });
    const commands = fc.array(fc.record({ isShown: fc.boolean(), interest }));
    fc.assert(
      fc.property(commands, (all) => {
        const model = new Set<string>();
        let state: Interests = initial;
        for (const { isShown, interest: data } of all) {
          const name = `${data.kind} ${data.target}`;
          if (isShown) model.add(name);
          else model.delete(name);
          const command: InterestCommand = isShown
            ? { type: 'ShowInterest', data: { ...data, at } }
            : { type: 'WithdrawInterest', data };
          const events = decide(command, state);
          if (isRejection(events)) throw new Error(events.because);
          state = events.reduce(evolve, state);
          expect(decide(command, state)).to.deep.equal([]);
        }
        const names = INTEREST_KINDS.flatMap((kind) => Object.keys(state[kind]).map((target) => `${kind} ${target}`));
        expect(new Set(names)).to.deep.equal(model);
      }),
    );
  });
});
