import { expect } from 'chai';
import { smallWorld } from '../testing/small-world.ts';
import { report } from './report.ts';

const withAnn = (...settings: Parameters<typeof smallWorld>) => {
  const world = smallWorld(...settings);
  world.joins('ann', 2);
  return world;
};

describe('negative acknowledgement', () => {
  it('delivers a message to retry before new events', () => {
    const world = withAnn();
    world.happens('a', 'b', 'c');
    expect(world.nacks('retry', 'b')).to.deep.equal(['ann gets b again (1)']);
    expect(world.nacks('retry', 'a', 'b')).to.deep.equal(['ann gets a again (1)', 'ann gets b again (2)']);
  });

  it('parks a message after the maximum of retries', () => {
    const world = withAnn({ maxRetryCount: 1 });
    world.happens('a');
    world.nacks('retry', 'a');
    expect(world.nacks('retry', 'a')).to.deep.equal(['park a: Reached retry count of 1']);
  });

  it('parks a message at once on request, with the reason', () => {
    const world = withAnn();
    world.happens('a');
    expect(world.nacks('park', 'a')).to.deep.equal(["park a: Client explicitly NAK'ed message.\nno good"]);
    expect(report(world.group(), 0)).to.include({ outstanding: 0, totalInFlight: 0 });
  });

  it('advances the checkpoint over a skipped message', () => {
    const world = withAnn({ minCheckpointCount: 1, maxCheckpointCount: 1 });
    world.happens('a');
    expect(world.nacks('skip', 'a')).to.deep.equal(['checkpoint 0']);
  });

  it('keeps the checkpoint before a message until it is durably parked', () => {
    const world = withAnn({ minCheckpointCount: 1, maxCheckpointCount: 1 });
    world.parksSlowly();
    world.happens('a', 'b', 'c');
    world.nacks('park', 'a');
    expect(world.acks('a')).to.deep.equal([]);
    expect(world.leaves('ann')).to.deep.equal([]);
    expect(world.parkingEnds('parked')).to.deep.equal(['checkpoint 0']);
  });

  it('delivers a message again when parking fails', () => {
    const world = withAnn();
    world.parksSlowly();
    world.happens('a');
    world.nacks('park', 'a');
    expect(world.parkingEnds('park-failed')).to.deep.equal(['ann gets a']);
  });

  it('ignores a second answer and one for an unknown message', () => {
    const world = withAnn();
    world.happens('a');
    world.acks('a');
    expect(world.nacks('retry', 'a', 'unheard of')).to.deep.equal([]);
  });
});

describe('the message timeout', () => {
  it('delivers an unanswered message again on the tick at its timeout', () => {
    const world = withAnn({ messageTimeoutMs: 5_000 });
    world.happens('a');
    expect(world.passes(4_999)).to.deep.equal([]);
    expect(world.passes(1)).to.deep.equal(['ann gets a again (1)']);
  });

  it('expires on the next tick when it is 0', () => {
    const world = withAnn({ messageTimeoutMs: 0, maxRetryCount: 1 });
    world.happens('a');
    expect(world.passes(1_000)).to.deep.equal(['ann gets a again (1)']);
    expect(world.passes(1_000)).to.deep.equal(['park a: Reached retry count of 1']);
  });
});

describe('leaving a group', () => {
  it('delivers the messages in flight to another consumer, in order and as retries', () => {
    const world = smallWorld();
    world.joins('ann', 3);
    world.happens('a', 'b', 'c', 'd');
    world.acks('b');
    expect(world.leaves('ann')).to.deep.equal([]);
    expect(world.joins('ben')).to.deep.equal(['ben gets a again (1)', 'ben gets c again (1)', 'ben gets d again (1)']);
  });

  it('parks the messages in flight that have no retry left', () => {
    const world = withAnn({ maxRetryCount: 0 });
    world.happens('a');
    expect(world.leaves('ann')).to.deep.equal(['park a: Reached retry count of 0']);
  });

  it('changes nothing when the consumer has already left', () => {
    const world = withAnn();
    world.happens('a');
    world.leaves('ann');
    expect(world.leaves('ann')).to.deep.equal([]);
  });
});
