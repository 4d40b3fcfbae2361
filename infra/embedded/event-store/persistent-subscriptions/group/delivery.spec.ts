import { expect } from 'chai';
import { smallWorld } from '../testing/small-world.ts';
import { report } from './report.ts';

describe('delivering events to consumers', () => {
  it('alternates between consumers with RoundRobin', () => {
    const world = smallWorld();
    world.joins('ann');
    world.joins('ben');
    expect(world.happens('a', 'b', 'c')).to.deep.equal(['ann gets a', 'ben gets b', 'ann gets c']);
  });

  it('skips a consumer whose buffer is full', () => {
    const world = smallWorld();
    world.joins('ann', 1);
    world.joins('ben', 3);
    expect(world.happens('a', 'b', 'c')).to.deep.equal(['ann gets a', 'ben gets b', 'ben gets c']);
  });

  it('fills one consumer before the next with DispatchToSingle', () => {
    const world = smallWorld({ strategy: 'DispatchToSingle' });
    world.joins('ann', 2);
    world.joins('ben', 2);
    expect(world.happens('a', 'b', 'c')).to.deep.equal(['ann gets a', 'ann gets b', 'ben gets c']);
    expect(world.acks('a', 'c')).to.deep.equal([]);
    expect(world.happens('d')).to.deep.equal(['ben gets d']);
  });

  it('buffers events until a consumer joins', () => {
    const world = smallWorld();
    expect(world.happens('a', 'b')).to.deep.equal([]);
    expect(world.joins('ann', 1)).to.deep.equal(['ann gets a']);
    expect(world.acks('a')).to.deep.equal(['ann gets b']);
  });

  it('starts at the position of its settings', () => {
    const world = smallWorld({}, 2n);
    world.happens('a', 'b', 'c');
    expect(world.joins('ann')).to.deep.equal(['ann gets c']);
  });

  it('delivers nothing to a paused connection until it resumes', () => {
    const world = smallWorld();
    world.joins('ann');
    world.pauses('ann');
    expect(world.happens('a')).to.deep.equal([]);
    expect(world.resumes('ann')).to.deep.equal(['ann gets a']);
  });

  it('holds back an event whose id is already in flight', () => {
    const world = smallWorld();
    world.joins('ann');
    expect(world.happens('a', 'a', 'b')).to.deep.equal(['ann gets a', 'ann gets b']);
    expect(world.acks('a')).to.deep.equal(['ann gets a']);
  });

  it('reads page by page as buffers empty, and never more than they hold', () => {
    const world = smallWorld({ readBatchSize: 2, historyBufferSize: 4, liveBufferSize: 2 });
    world.happens(...Array.from({ length: 20 }, (_, index) => `e${String(index)}`));
    expect(report(world.group(), 0)).to.include({ status: 'Behind', readBufferCount: 6 });
    expect(world.joins('ann', 20)).to.have.length(20);
    expect(report(world.group(), 0)).to.include({ status: 'Live', readBufferCount: 0 });
  });

  it('counts the most recent live events, delivered or not, up to the size of the live buffer', () => {
    const world = smallWorld({ liveBufferSize: 2 });
    world.joins('ann', 20);
    world.happens('a');
    world.acks('a');
    expect(report(world.group(), 0)).to.include({ status: 'Live', readBufferCount: 0, liveBufferCount: 1 });
    world.happens('b', 'c');
    world.acks('b', 'c');
    expect(report(world.group(), 0)).to.include({ readBufferCount: 0, liveBufferCount: 2 });
  });

  it('accepts live events beyond the read buffer until the live buffer is full, too', () => {
    const world = smallWorld({ readBatchSize: 2, historyBufferSize: 4, liveBufferSize: 2 });
    world.happens('a', 'b', 'c', 'd', 'e');
    expect(report(world.group(), 0)).to.include({ status: 'Live', readBufferCount: 5 });
    world.happens('f', 'g');
    expect(report(world.group(), 0)).to.include({ status: 'Behind', readBufferCount: 6, liveBufferCount: 2 });
  });
});

describe('delivering pinned events', () => {
  const pinnedWorld = () => {
    const world = smallWorld({ strategy: 'Pinned' });
    world.joins('ann', 1);
    world.joins('ben', 1);
    return world;
  };

  it('delivers a bucket to one consumer only, and other buckets while that one is busy', () => {
    const world = pinnedWorld();
    expect(
      world.happens({ name: 'a1', bucket: 1 }, { name: 'a2', bucket: 1 }, { name: 'b1', bucket: 2 }),
    ).to.deep.equal(['ann gets a1', 'ben gets b1']);
    expect(world.acks('b1')).to.deep.equal([]);
    expect(world.acks('a1')).to.deep.equal(['ann gets a2']);
  });

  it('moves the buckets of a consumer that leaves', () => {
    const world = pinnedWorld();
    world.happens({ name: 'a1', bucket: 1 });
    expect(world.leaves('ann')).to.deep.equal(['ben gets a1 again (1)']);
  });

  it('moves buckets to a new consumer, except one with an event in flight', () => {
    const world = smallWorld({ strategy: 'Pinned' });
    world.joins('ann', 10);
    world.happens(...Array.from({ length: 4 }, (_, bucket) => ({ name: `x${String(bucket)}`, bucket })));
    world.acks('x1', 'x2', 'x3');
    world.joins('ben', 10);
    const deliveries = world.happens(
      ...Array.from({ length: 4 }, (_, bucket) => ({ name: `y${String(bucket)}`, bucket })),
    );
    expect(deliveries[0]).to.equal('ann gets y0');
    expect(deliveries.filter((delivery) => delivery.startsWith('ben'))).to.not.deep.equal([]);
  });
});
