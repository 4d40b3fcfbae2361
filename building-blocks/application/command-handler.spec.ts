import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { commandHandler, type HandleCommand } from './command-handler.ts';
import { reject, type Decider } from '@lego-moc/kernel/decider';
import { StreamMoved, type EventStreams } from './event-streams.ts';
import { foldedStates } from './folded-states.ts';
import type { Message } from '@lego-moc/kernel/message';

type Placed = Message<'Placed', { brick: string }>;
type Place = Message<'Place', { brick: string }>;

const tower: Decider<Place, readonly string[], Placed, 'tower-full'> = {
  initial: [],
  decide: ({ data: { brick } }, bricks) => {
    if (bricks.includes(brick)) return [];
    return new Set(bricks).size === 5 ? reject('tower-full', 'Five is enough.') : [{ type: 'Placed', data: { brick } }];
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
    if (rival !== undefined)
      await streams.append(id, [place(rival)].map(placed), 'any', because(`rival ${rivals.length}`));
    return streams.append(id, events, expected, cause);
  },
});
const placed = ({ data }: Place): Placed => ({ type: 'Placed', data });

type Handler = (streams: EventStreams<Placed>) => HandleCommand<Place, 'tower-full'>;

const handlesCommands = (handlerOf: Handler) => {
  it('appends what was decided and tells the revision', async () => {
    const handle = handlerOf(inMemoryStreams<Placed>());
    expect(await handle('t', place('red'), because('1'))).to.deep.equal({ revision: 0n });
    expect(await handle('t', place('blue'), because('2'))).to.deep.equal({ revision: 1n });
  });

  it('appends nothing the second time', async () => {
    const streams = inMemoryStreams<Placed>();
    const handle = handlerOf(streams);
    await handle('t', place('red'), because('1'));
    expect(await handle('t', place('red'), because('1'))).to.deep.equal({ revision: 0n });
    expect((await streams.read('t')).events).to.have.length(1);
  });

  it('returns a refusal as a value', async () => {
    const handle = handlerOf(inMemoryStreams<Placed>());
    for (const brick of ['red', 'blue', 'white', 'tan', 'lime']) await handle('t', place(brick), because(brick));
    expect(await handle('t', place('black'), because('6'))).to.deep.equal({
      rejected: 'tower-full',
      because: 'Five is enough.',
    });
  });

  it('decides afresh when another writer was faster', async () => {
    const streams = inMemoryStreams<Placed>();
    const handle = handlerOf(contested(streams, ['blue', 'white']));
    expect(await handle('t', place('red'), because('1'))).to.deep.equal({ revision: 2n });
    expect((await streams.read('t')).events.map(({ data }) => data.brick)).to.deep.equal(['blue', 'white', 'red']);
  });

  it('gives up on a stream that never rests', async () => {
    const handle = handlerOf(contested(inMemoryStreams<Placed>(), Array<string>(50).fill('blue')));
    const outcome = await handle('t', place('red'), because('1')).catch((error: unknown) => error);
    expect(outcome).to.be.instanceOf(StreamMoved);
  });

  it('does not decide afresh for a client that demands a revision', async () => {
    const streams = inMemoryStreams<Placed>();
    await handlerOf(streams)('t', place('red'), because('1'));
    for (const handle of [handlerOf(streams), handlerOf(contested(streams, ['blue']))]) {
      const outcome = await handle('t', place('white'), because('2'), 7n).catch((error: unknown) => error);
      expect(outcome).to.be.instanceOf(StreamMoved);
    }
    const raced = handlerOf(contested(streams, ['blue']));
    expect(await raced('t', place('white'), because('3'), 0n).catch((error: unknown) => error)).to.be.instanceOf(
      StreamMoved,
    );
  });

  it('takes a change for made, by whoever demanded a revision, when all is as they want it', async () => {
    const streams = inMemoryStreams<Placed>();
    await handlerOf(streams)('t', place('red'), because('1'));
    expect(await handlerOf(streams)('t', place('white'), because('2'), 0n)).to.deep.equal({ revision: 1n });
    for (const handle of [handlerOf(streams), handlerOf(streams)]) {
      expect(await handle('t', place('white'), because('2'), 0n)).to.deep.equal({ revision: 1n });
      expect(await handle('t', place('white'), because('3'), 0n)).to.deep.equal({ revision: 1n });
    }
  });
};

describe('handling a command', () => handlesCommands((streams) => commandHandler(tower, streams)));

describe('handling a command on a state that is kept', () => {
  handlesCommands((streams) => foldedStates(tower, streams, { entriesMax: 2 }).handle);

  it('reads a stream once', async () => {
    const streams = inMemoryStreams<Placed>();
    let reads = 0;
    const counted: EventStreams<Placed> = {
      ...streams,
      read: (id) => {
        reads += 1;
        return streams.read(id);
      },
    };
    const { handle } = foldedStates(tower, counted, { entriesMax: 2 });
    for (const brick of ['red', 'blue', 'white']) await handle('t', place(brick), because(brick));
    expect(reads).to.equal(1);
  });

  it('lets commands on one stream wait for each other, whatever becomes of the one before', async () => {
    const streams = inMemoryStreams<Placed>();
    let conflicts = 0;
    const { handle } = foldedStates(
      tower,
      {
        ...streams,
        append: (id, events, expected, cause) =>
          streams.append(id, events, expected, cause).catch((error: unknown) => {
            conflicts += 1;
            throw error;
          }),
      },
      { entriesMax: 2 },
    );
    const bricks = ['red', 'blue', 'white', 'tan', 'lime', 'black'];
    const outcomes = await Promise.all(bricks.map((brick) => handle('t', place(brick), because(brick))));
    expect(outcomes.map((outcome) => Object.values(outcome)[0] as unknown)).to.deep.equal([
      0n,
      1n,
      2n,
      3n,
      4n,
      'tower-full',
    ]);
    expect(conflicts).to.equal(0);
  });

  it('believes a refusal only of the stream as it is now', async () => {
    const streams = inMemoryStreams<Placed>();
    const here = foldedStates(tower, streams, { entriesMax: 2 });
    const elsewhere = foldedStates(tower, streams, { entriesMax: 2 });
    await here.handle('t', place('red'), because('1'));
    await elsewhere.handle('t', place('blue'), because('2'));
    expect(await here.handle('t', place('blue'), because('3'))).to.deep.equal({ revision: 1n });
    expect(await here.handle('t', place('white'), because('4'))).to.deep.equal({ revision: 2n });
    expect(await elsewhere.latest('t')).to.deep.equal({ state: ['red', 'blue', 'white'], revision: 2n });
  });

  it('has forgotten what it does not know for certain', async () => {
    const streams = inMemoryStreams<Placed>();
    let outage = false;
    const { handle, seen } = foldedStates(
      tower,
      {
        ...streams,
        append: async (id, events, expected, cause) => {
          const revision = await streams.append(id, events, expected, cause);
          if (outage) throw new Error('no answer');
          return revision;
        },
      },
      { entriesMax: 2 },
    );
    await handle('t', place('red'), because('1'));
    outage = true;
    await handle('t', place('blue'), because('2')).catch(() => undefined);
    expect(await seen('t')).to.deep.equal({ state: ['red', 'blue'], revision: 1n });
  });

  it('does not fall behind what it has handled, by a read that began before', async () => {
    const streams = inMemoryStreams<Placed>();
    const release = Promise.withResolvers<undefined>();
    const began = Promise.withResolvers<undefined>();
    const slow: EventStreams<Placed> = {
      ...streams,
      recorded: async function* (id, from) {
        for await (const recorded of streams.recorded(id, from)) yield recorded;
        began.resolve(undefined);
        await release.promise;
      },
    };
    const { handle, latest, seen } = foldedStates(tower, slow, { entriesMax: 2 });
    await handle('t', place('red'), because('1'));
    const reading = latest('t');
    await began.promise;
    await handle('t', place('blue'), because('2'));
    release.resolve(undefined);
    expect((await reading).revision).to.equal(1n);
    expect(await seen('t')).to.deep.equal({ state: ['red', 'blue'], revision: 1n });
  });

  it('keeps no more streams than it may', async () => {
    const streams = inMemoryStreams<Placed>();
    const { handle, seen } = foldedStates(tower, streams, { entriesMax: 2 });
    for (const id of ['t', 'u', 'v']) await handle(id, place('red'), because(id));
    await streams.append('t', [placed(place('blue'))], 0n, because('other'));
    expect((await seen('t')).revision).to.equal(1n);
  });
});
