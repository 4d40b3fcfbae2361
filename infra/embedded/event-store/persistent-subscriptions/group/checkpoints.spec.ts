import { expect } from 'chai';
import { smallWorld } from '../testing/small-world.ts';

const namesOf = (count: number) => Array.from({ length: count }, (_, index) => `e${String(index)}`);

describe('writing checkpoints', () => {
  it('writes the position before the first unfinished event', () => {
    const world = smallWorld({ minCheckpointCount: 1, maxCheckpointCount: 1 });
    world.joins('ann');
    world.happens('a', 'b', 'c');
    expect(world.acks('b')).to.deep.equal([]);
    expect(world.acks('a')).to.deep.equal(['checkpoint 1']);
    expect(world.acks('c')).to.deep.equal(['checkpoint 2']);
  });

  it('waits for the upper bound of events between ticks', () => {
    const world = smallWorld({ minCheckpointCount: 2, maxCheckpointCount: 5 });
    world.joins('ann');
    world.happens(...namesOf(6));
    expect(world.acks('e0', 'e1', 'e2', 'e3')).to.deep.equal([]);
    expect(world.acks('e4')).to.deep.equal(['checkpoint 4']);
  });

  it('waits on a tick for the lower bound of events and for the interval', () => {
    const world = smallWorld({ minCheckpointCount: 2, checkpointAfterMs: 3_000 });
    world.joins('ann');
    world.happens(...namesOf(3));
    world.acks('e0', 'e1');
    expect(world.passes(2_000)).to.deep.equal([]);
    expect(world.passes(1_000)).to.deep.equal(['checkpoint 1']);
    world.acks('e2');
    expect(world.passes(9_000)).to.deep.equal([]);
  });

  it('writes nothing when no event was finished since the last one', () => {
    const world = smallWorld({ minCheckpointCount: 0, checkpointAfterMs: 0 });
    world.joins('ann');
    world.happens('a');
    world.acks('a');
    expect(world.passes(1_000)).to.deep.equal(['checkpoint 0']);
    expect(world.passes(1_000)).to.deep.equal([]);
  });

  it('advances over events that the filter excludes', () => {
    const world = smallWorld({ minCheckpointCount: 1, maxCheckpointCount: 3 });
    world.joins('ann');
    const filteredOut = (name: string) => ({ name, unwanted: true });
    expect(world.happens(filteredOut('x'), 'a', filteredOut('y'), filteredOut('z'))).to.deep.equal(['ann gets a']);
    expect(world.acks('a')).to.deep.equal(['checkpoint 3']);
  });

  it('stays before an event that waits for a retry', () => {
    const world = smallWorld({ minCheckpointCount: 1, maxCheckpointCount: 1 });
    world.joins('ann', 2);
    world.happens('a', 'b');
    world.leaves('ann');
    world.joins('ben', 1);
    world.nacks('retry', 'a');
    expect(world.passes(5_000)).to.deep.equal([]);
  });

  it('makes a restarted group resume behind it', () => {
    const world = smallWorld({ minCheckpointCount: 1, maxCheckpointCount: 1 });
    world.joins('ann');
    world.happens('a', 'b', 'c');
    world.acks('a', 'c');
    world.restarts();
    expect(world.joins('ben')).to.deep.equal(['ben gets b', 'ben gets c']);
  });
});
