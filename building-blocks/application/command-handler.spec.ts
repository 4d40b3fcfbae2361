import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { commandHandler, type HandleCommand } from './command-handler.ts';
import { reject, type Decider } from '@lego-moc/kernel/decider';
import { StreamMoved, type EventStreams } from './event-streams.ts';
import { foldedStates } from './folded-states.ts';
import type { Message } from '@lego-moc/kernel/message';

type BrickPlaced = Message<'Placed', { brick: string }>;
type Place = Message<'Place', { brick: string }>;

const tower: Decider<Place, readonly string[], BrickPlaced, 'tower-full'> = {
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
const addRivals = (streams: EventStreams<BrickPlaced>, rivals: string[]): EventStreams<BrickPlaced> => ({
  read: (id) => streams.read(id),
  readEvents: (id, from) => streams.readEvents(id, from),
  append: async (id, events, expected, cause) => {
    const rival = rivals.shift();
    if (rival !== undefined)
      await streams.append(id, [place(rival)].map(toBrickPlaced), 'any', because(`rival ${rivals.length}`));
    return streams.append(id, events, expected, cause);
  },
});
const toBrickPlaced = ({ data }: Place): BrickPlaced => ({ type: 'Placed', data });

type Handler = (streams: EventStreams<BrickPlaced>, conflictBudgetMs?: number) => HandleCommand<Place, 'tower-full'>;

const handlesCommands = (handlerOf: Handler) => {
  it('appends the decided events and returns the revision', async () => {
    const handle = handlerOf(inMemoryStreams<BrickPlaced>());
    expect(await handle('t', place('red'), because('1'))).to.deep.equal({ revision: 0n });
    expect(await handle('t', place('blue'), because('2'))).to.deep.equal({ revision: 1n });
  });

  it('appends nothing for a repeated command', async () => {
    const streams = inMemoryStreams<BrickPlaced>();
    const handle = handlerOf(streams);
    await handle('t', place('red'), because('1'));
    expect(await handle('t', place('red'), because('1'))).to.deep.equal({ revision: 0n });
    expect((await streams.read('t')).events).to.have.length(1);
  });

  it('returns a rejection as a value', async () => {
    const handle = handlerOf(inMemoryStreams<BrickPlaced>());
    for (const brick of ['red', 'blue', 'white', 'tan', 'lime']) await handle('t', place(brick), because(brick));
    expect(await handle('t', place('black'), because('6'))).to.deep.equal({
      rejected: 'tower-full',
      because: 'Five is enough.',
    });
  });

  it('decides again when another writer was faster', async () => {
    const streams = inMemoryStreams<BrickPlaced>();
    const handle = handlerOf(addRivals(streams, ['blue', 'white']));
    expect(await handle('t', place('red'), because('1'))).to.deep.equal({ revision: 2n });
    expect((await streams.read('t')).events.map(({ data }) => data.brick)).to.deep.equal(['blue', 'white', 'red']);
  });

  it('appends a second decision of one command id under ids of its own', async () => {
    const streams = inMemoryStreams<BrickPlaced>();
    await handlerOf(streams)('t', place('red'), because('1'));
    await handlerOf(streams)('t', place('blue'), because('2'));
    expect(await handlerOf(streams)('t', place('white'), because('1'))).to.deep.equal({ revision: 2n });
    const ids: string[] = [];
    for await (const { eventId } of streams.readEvents('t')) ids.push(eventId);
    expect(new Set(ids).size).to.equal(3);
  });

  it('decides again as often as others are faster', async () => {
    const handle = handlerOf(addRivals(inMemoryStreams<BrickPlaced>(), Array<string>(30).fill('blue')));
    expect(await handle('t', place('red'), because('1'))).to.deep.equal({ revision: 30n });
  });

  it('throws StreamMoved when others are faster until its time is up', async () => {
    const handle = handlerOf(addRivals(inMemoryStreams<BrickPlaced>(), Array<string>(100_000).fill('blue')), 30);
    const outcome = await handle('t', place('red'), because('1')).catch((error: unknown) => error);
    expect(outcome).to.be.instanceOf(StreamMoved);
  });

  it('throws StreamMoved for an expected revision that is not the last one', async () => {
    const streams = inMemoryStreams<BrickPlaced>();
    await handlerOf(streams)('t', place('red'), because('1'));
    for (const handle of [handlerOf(streams), handlerOf(addRivals(streams, ['blue']))]) {
      const outcome = await handle('t', place('white'), because('2'), 7n).catch((error: unknown) => error);
      expect(outcome).to.be.instanceOf(StreamMoved);
    }
    const handleAgainstRival = handlerOf(addRivals(streams, ['blue']));
    expect(
      await handleAgainstRival('t', place('white'), because('3'), 0n).catch((error: unknown) => error),
    ).to.be.instanceOf(StreamMoved);
  });

  it('accepts a no-op at any expected revision', async () => {
    const streams = inMemoryStreams<BrickPlaced>();
    await handlerOf(streams)('t', place('red'), because('1'));
    expect(await handlerOf(streams)('t', place('white'), because('2'), 0n)).to.deep.equal({ revision: 1n });
    for (const handle of [handlerOf(streams), handlerOf(streams)]) {
      expect(await handle('t', place('white'), because('2'), 0n)).to.deep.equal({ revision: 1n });
      expect(await handle('t', place('white'), because('3'), 0n)).to.deep.equal({ revision: 1n });
    }
  });
};

describe('commandHandler', () =>
  handlesCommands((streams, conflictBudgetMs = 10_000) => commandHandler(tower, streams, { conflictBudgetMs })));

describe('foldedStates', () => {
  handlesCommands((streams, conflictBudgetMs = 10_000) => foldedStates(tower, streams, { conflictBudgetMs }).handle);

  it('reads a stream once for several commands', async () => {
    const streams = inMemoryStreams<BrickPlaced>();
    let reads = 0;
    const countingStreams: EventStreams<BrickPlaced> = {
      ...streams,
      read: (id) => {
        reads += 1;
        return streams.read(id);
      },
    };
    const { handle } = foldedStates(tower, countingStreams);
    for (const brick of ['red', 'blue', 'white']) await handle('t', place(brick), because(brick));
    expect(reads).to.equal(1);
  });

  it('handles concurrent commands on one stream without a conflict', async () => {
    const streams = inMemoryStreams<BrickPlaced>();
    let conflicts = 0;
    const { handle } = foldedStates(tower, {
      ...streams,
      append: (id, events, expected, cause) =>
        streams.append(id, events, expected, cause).catch((error: unknown) => {
          conflicts += 1;
          throw error;
        }),
    });
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

  it('rejects and skips only on the latest state', async () => {
    const streams = inMemoryStreams<BrickPlaced>();
    const here = foldedStates(tower, streams);
    const elsewhere = foldedStates(tower, streams);
    await here.handle('t', place('red'), because('1'));
    await elsewhere.handle('t', place('blue'), because('2'));
    expect(await here.handle('t', place('blue'), because('3'))).to.deep.equal({ revision: 1n });
    expect(await here.handle('t', place('white'), because('4'))).to.deep.equal({ revision: 2n });
    expect(await elsewhere.latest('t')).to.deep.equal({ state: ['red', 'blue', 'white'], revision: 2n });
  });

  it('reads the stream again after an append without an answer', async () => {
    const streams = inMemoryStreams<BrickPlaced>();
    let outage = false;
    const { handle, lastSeen } = foldedStates(tower, {
      ...streams,
      append: async (id, events, expected, cause) => {
        const revision = await streams.append(id, events, expected, cause);
        if (outage) throw new Error('no answer');
        return revision;
      },
    });
    await handle('t', place('red'), because('1'));
    outage = true;
    await handle('t', place('blue'), because('2')).catch(() => undefined);
    expect(await lastSeen('t')).to.deep.equal({ state: ['red', 'blue'], revision: 1n });
  });

  it('keeps the newer state when an older read ends later', async () => {
    const streams = inMemoryStreams<BrickPlaced>();
    const release = Promise.withResolvers<undefined>();
    const began = Promise.withResolvers<undefined>();
    const slow: EventStreams<BrickPlaced> = {
      ...streams,
      readEvents: async function* (id, from) {
        for await (const event of streams.readEvents(id, from)) yield event;
        began.resolve(undefined);
        await release.promise;
      },
    };
    const { handle, latest, lastSeen } = foldedStates(tower, slow);
    await handle('t', place('red'), because('1'));
    const reading = latest('t');
    await began.promise;
    await handle('t', place('blue'), because('2'));
    release.resolve(undefined);
    expect((await reading).revision).to.equal(1n);
    expect(await lastSeen('t')).to.deep.equal({ state: ['red', 'blue'], revision: 1n });
  });

  it('drops the least recently used states beyond its size', async () => {
    const streams = inMemoryStreams<BrickPlaced>();
    const { handle, lastSeen } = foldedStates(tower, streams, {
      bytesMax: JSON.stringify({ state: ['red'] }).length * 2,
    });
    for (const id of ['t', 'u', 'v']) await handle(id, place('red'), because(id));
    await streams.append('t', [toBrickPlaced(place('blue'))], 0n, because('other'));
    expect((await lastSeen('t')).revision).to.equal(1n);
  });
});
