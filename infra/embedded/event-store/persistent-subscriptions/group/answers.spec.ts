import { expect } from 'chai';
import { smallWorld } from '../testing/small-world.ts';
import { report } from './report.ts';

const withAnn = (...settings: Parameters<typeof smallWorld>) => {
  const world = smallWorld(...settings);
  world.joins('ann', 2);
  return world;
};

describe('not acknowledging', () => {
  it('delivers again what is to be retried, before anything new', () => {
    const world = withAnn();
    world.happens('a', 'b', 'c');
    expect(world.nacks('retry', 'b')).to.deep.equal(['ann gets b again (1)']);
    expect(world.nacks('retry', 'a', 'b')).to.deep.equal(['ann gets a again (1)', 'ann gets b again (2)']);
  });

  it('parks what was retried as often as allowed', () => {
    const world = withAnn({ maxRetryCount: 1 });
    world.happens('a');
    world.nacks('retry', 'a');
    expect(world.nacks('retry', 'a')).to.deep.equal(['park a: Reached retry count of 1']);
  });

  it('parks at once when asked to, saying why', () => {
    const world = withAnn();
    world.happens('a');
    expect(world.nacks('park', 'a')).to.deep.equal(["park a: Client explicitly NAK'ed message.\nno good"]);
    expect(report(world.group(), 0)).to.include({ outstanding: 0, totalInFlight: 0 });
  });

  it('skips for good', () => {
    const world = withAnn({ minCheckpointCount: 1, maxCheckpointCount: 1 });
    world.happens('a');
    expect(world.nacks('skip', 'a')).to.deep.equal(['checkpoint 0']);
  });

  it('keeps the place of a message that is being parked until that is durable', () => {
    const world = withAnn({ minCheckpointCount: 1, maxCheckpointCount: 1 });
    world.parksSlowly();
    world.happens('a', 'b', 'c');
    world.nacks('park', 'a');
    expect(world.acks('a')).to.deep.equal([]);
    expect(world.leaves('ann')).to.deep.equal([]);
    expect(world.parkingEnds('parked')).to.deep.equal(['checkpoint 0']);
  });

  it('delivers again what could not be parked', () => {
    const world = withAnn();
    world.parksSlowly();
    world.happens('a');
    world.nacks('park', 'a');
    expect(world.parkingEnds('park-failed')).to.deep.equal(['ann gets a']);
  });

  it('ignores answers that come twice or too late', () => {
    const world = withAnn();
    world.happens('a');
    world.acks('a');
    expect(world.nacks('retry', 'a', 'unheard of')).to.deep.equal([]);
  });
});

describe('letting time pass', () => {
  it('delivers again, on a tick, what was not answered in time', () => {
    const world = withAnn({ messageTimeoutMs: 5_000 });
    world.happens('a');
    expect(world.passes(4_999)).to.deep.equal([]);
    expect(world.passes(1)).to.deep.equal(['ann gets a again (1)']);
  });

  it('takes a time-out of zero for at once, not for never', () => {
    const world = withAnn({ messageTimeoutMs: 0, maxRetryCount: 1 });
    world.happens('a');
    expect(world.passes(1_000)).to.deep.equal(['ann gets a again (1)']);
    expect(world.passes(1_000)).to.deep.equal(['park a: Reached retry count of 1']);
  });
});

describe('leaving a group', () => {
  it('gives the others what was in flight, in order and as a retry', () => {
    const world = smallWorld();
    world.joins('ann', 3);
    world.happens('a', 'b', 'c', 'd');
    world.acks('b');
    expect(world.leaves('ann')).to.deep.equal([]);
    expect(world.joins('ben')).to.deep.equal(['ben gets a again (1)', 'ben gets c again (1)', 'ben gets d again (1)']);
  });

  it('parks what the one who left had tried too often', () => {
    const world = withAnn({ maxRetryCount: 0 });
    world.happens('a');
    expect(world.leaves('ann')).to.deep.equal(['park a: Reached retry count of 0']);
  });

  it('changes nothing the second time', () => {
    const world = withAnn();
    world.happens('a');
    world.leaves('ann');
    expect(world.leaves('ann')).to.deep.equal([]);
  });
});
