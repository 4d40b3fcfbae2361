import { expect } from 'chai';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import type { Instant } from '@lego-moc/kernel/message';
import { latestRow } from './latest-row.ts';
import type { Projection } from './projection.ts';

type BoxEvent = { readonly type: 'BrickAdded' | 'BoxThrownAway'; readonly data: Record<string, never> };
type Shelf = { readonly bricks: number };

const shelf: Pick<Projection<BoxEvent, Shelf>, 'evolve'> = {
  evolve: (row, { event: { type } }) => (type === 'BrickAdded' ? { bricks: (row?.bricks ?? 0) + 1 } : undefined),
};
const cause = (commandId: string) => ({ commandId, correlationId: 'k', actor: 'ada' });
const brickAdded: BoxEvent = { type: 'BrickAdded', data: {} };

describe('reading the latest row of a stream', () => {
  const openBox = () => {
    const streams = inMemoryStreams<BoxEvent>('box', () => '2026-01-01T12:00:00.000Z' as Instant);
    const reads: bigint[] = [];
    const countingStreams: Pick<EventStreams<BoxEvent>, 'readEvents'> = {
      readEvents: (id, from = 0n) => {
        reads.push(from);
        return streams.readEvents(id, from);
      },
    };
    return { streams, reads, latest: latestRow(shelf, countingStreams) };
  };

  it('folds the stream up to its end, and later only what came since', async () => {
    const { streams, reads, latest } = openBox();
    await streams.append('a', [brickAdded, brickAdded], 'no-stream', cause('1'));
    expect(await latest('a')).to.deep.equal({ id: 'a', revision: 1n, bricks: 2 });

    await streams.append('a', [brickAdded], 1n, cause('2'));
    expect(await latest('a')).to.deep.equal({ id: 'a', revision: 2n, bricks: 3 });
    expect(reads).to.deep.equal([0n, 2n]);
  });

  it('reads nothing where it has read the demanded revision before', async () => {
    const { streams, reads, latest } = openBox();
    await streams.append('a', [brickAdded, brickAdded], 'no-stream', cause('1'));
    expect(await latest('a', 1n)).to.deep.equal({ id: 'a', revision: 1n, bricks: 2 });
    expect(await latest('a', 1n)).to.deep.equal({ id: 'a', revision: 1n, bricks: 2 });
    await streams.append('a', [{ type: 'BoxThrownAway', data: {} }], 1n, cause('2'));
    expect(await latest('a', 2n)).to.equal(undefined);
    expect(await latest('a', 2n)).to.equal(undefined);
    expect(reads).to.deep.equal([0n, 2n]);
  });

  it('has no row without a stream, or after an event that removes it', async () => {
    const { streams, latest } = openBox();
    expect(await latest('a')).to.equal(undefined);
    await streams.append('a', [brickAdded, { type: 'BoxThrownAway', data: {} }], 'no-stream', cause('1'));
    expect(await latest('a')).to.equal(undefined);
  });
});
