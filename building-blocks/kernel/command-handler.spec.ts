import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { commandHandler } from './command-handler.ts';
import { reject, type Decider } from './decider.ts';
import { StreamMoved, type EventStreams } from './event-streams.ts';
import type { Message } from './message.ts';

type Placed = Message<'Placed', { brick: string }>;
type Place = Message<'Place', { brick: string }>;

const tower: Decider<Place, readonly string[], Placed, 'tower-full'> = {
  initial: [],
  decide: ({ data: { brick } }, bricks) => {
    if (bricks.includes(brick)) return [];
    return bricks.length === 5 ? reject('tower-full', 'Five is enough.') : [{ type: 'Placed', data: { brick } }];
  },
  evolve: (bricks, { data: { brick } }) => [...bricks, brick],
};

const place = (brick: string): Place => ({ type: 'Place', data: { brick } });
const because = (commandId: string) => ({ commandId, correlationId: 'c', actor: 'ada' });

/** Lets someone else place a brick first, each time an append is tried. */
const contested = (streams: EventStreams<Placed>, rivals: string[]): EventStreams<Placed> => ({
  read: (id) => streams.read(id),
  recorded: (id, from) => streams.recorded(id, from),
  append: async (id, events, expected, cause) => {
    const rival = rivals.shift();
    if (rival !== undefined) await streams.append(id, [place(rival)].map(placed), 'any', because(rival));
    return streams.append(id, events, expected, cause);
  },
});
const placed = ({ data }: Place): Placed => ({ type: 'Placed', data });

describe('handling a command', () => {
  it('appends what was decided and tells the revision', async () => {
    const handle = commandHandler(tower, inMemoryStreams<Placed>());
    expect(await handle('t', place('red'), because('1'))).to.deep.equal({ revision: 0n });
    expect(await handle('t', place('blue'), because('2'))).to.deep.equal({ revision: 1n });
  });

  it('appends nothing the second time', async () => {
    const streams = inMemoryStreams<Placed>();
    const handle = commandHandler(tower, streams);
    await handle('t', place('red'), because('1'));
    expect(await handle('t', place('red'), because('1'))).to.deep.equal({ revision: 0n });
    expect((await streams.read('t')).events).to.have.length(1);
  });

  it('returns a refusal as a value', async () => {
    const handle = commandHandler(tower, inMemoryStreams<Placed>());
    for (const brick of ['red', 'blue', 'white', 'tan', 'lime']) await handle('t', place(brick), because(brick));
    expect(await handle('t', place('black'), because('6'))).to.deep.equal({
      rejected: 'tower-full',
      because: 'Five is enough.',
    });
  });

  it('decides afresh when another writer was faster', async () => {
    const streams = inMemoryStreams<Placed>();
    const handle = commandHandler(tower, contested(streams, ['blue', 'white']));
    expect(await handle('t', place('red'), because('1'))).to.deep.equal({ revision: 2n });
    expect((await streams.read('t')).events.map(({ data }) => data.brick)).to.deep.equal(['blue', 'white', 'red']);
  });

  it('gives up on a stream that never rests', async () => {
    const handle = commandHandler(tower, contested(inMemoryStreams<Placed>(), ['a', 'b', 'c', 'd']));
    const outcome = await handle('t', place('red'), because('1')).catch((error: unknown) => error);
    expect(outcome).to.be.instanceOf(StreamMoved);
  });

  it('does not decide afresh for a client that demands a revision', async () => {
    const streams = inMemoryStreams<Placed>();
    await commandHandler(tower, streams)('t', place('red'), because('1'));
    for (const handle of [commandHandler(tower, streams), commandHandler(tower, contested(streams, ['blue']))]) {
      const outcome = await handle('t', place('white'), because('2'), 7n).catch((error: unknown) => error);
      expect(outcome).to.be.instanceOf(StreamMoved);
    }
    const raced = commandHandler(tower, contested(streams, ['blue']));
    expect(await raced('t', place('white'), because('3'), 0n).catch((error: unknown) => error)).to.be.instanceOf(
      StreamMoved,
    );
  });
});
