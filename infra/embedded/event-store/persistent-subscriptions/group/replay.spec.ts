import { expect } from 'chai';
import { smallWorld } from '../testing/small-world.ts';

/** A group that has parked each of these. */
const parkedIn = (...names: readonly string[]) => {
  const world = smallWorld({ maxRetryCount: 1 });
  world.joins('ann', names.length);
  world.happens(...names);
  world.nacks('park', ...names);
  return world;
};

describe('replaying parked messages', () => {
  it('delivers every message with retry count 0, and truncates once all are acknowledged', () => {
    const world = parkedIn('a', 'b');
    expect(world.replays()).to.deep.equal(['ann gets parked a', 'ann gets parked b']);
    expect(world.acks('parked b')).to.deep.equal([]);
    expect(world.acks('parked a')).to.deep.equal(['truncate parked before 2']);
    expect(world.replays()).to.deep.equal([]);
  });

  it('stops before the requested revision', () => {
    const world = parkedIn('a', 'b', 'c');
    expect(world.replays(2n)).to.deep.equal(['ann gets parked a', 'ann gets parked b']);
    world.acks('parked a', 'parked b');
    expect(world.replays()).to.deep.equal(['ann gets parked c']);
  });

  it('does not deliver again the messages in flight from an earlier replay', () => {
    const world = parkedIn('a', 'b');
    world.replays(1n);
    expect(world.replays()).to.deep.equal(['ann gets parked b']);
  });

  it('still replays a message behind the revision at which an earlier replay stopped', () => {
    const world = parkedIn('a', 'b');
    world.replays();
    world.acks('parked a', 'parked b');
    expect(world.replays(1n)).to.deep.equal(['truncate parked before 1']);
    expect(world.replays()).to.deep.equal(['ann gets parked b']);
  });

  it('parks a replayed message that fails again as a new parked message', () => {
    const world = parkedIn('a');
    world.replays();
    expect(world.nacks('retry', 'parked a')).to.deep.equal(['ann gets parked a again (1)']);
    expect(world.nacks('retry', 'parked a')).to.deep.equal([
      'park parked a: Reached retry count of 1',
      'truncate parked before 1',
    ]);
    expect(world.parked).to.deep.equal(['a', 'a']);
  });

  it('delivers replayed messages after retries, before new ones', () => {
    const world = parkedIn('a');
    world.happens('b');
    world.leaves('ann');
    world.happens('c');
    world.replays();
    expect(world.joins('ben')).to.deep.equal(['ben gets b again (1)', 'ben gets parked a', 'ben gets c']);
  });

  it('does not write a checkpoint of the source', () => {
    const world = parkedIn('a');
    world.replays();
    expect(world.passes(5_000)).to.deep.equal([]);
  });

  it('replays unacknowledged messages again after a crash', () => {
    const world = parkedIn('a', 'b');
    world.replays();
    world.acks('parked a');
    expect(world.passes(1_000)).to.deep.equal(['truncate parked before 1']);
    world.restarts();
    world.joins('ben');
    expect(world.replays()).to.include('ben gets parked b');
  });

  it('delivers nothing when no message is parked', () => {
    const world = smallWorld();
    world.joins('ann');
    expect(world.replays()).to.deep.equal([]);
  });
});
