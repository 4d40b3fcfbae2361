import { expect } from 'chai';
import { StreamMoved } from '@lego-moc/application/event-streams';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { appendEvents } from './append-events.ts';
import { catchUp } from './catch-up.ts';
import type { EventStoreClient } from './connect.ts';
import { allStuds, brickPlaced, newCategory, placeBrick } from './testing/toys.ts';

/** Passes appends on to the store and withholds its answers. */
const withoutAnswers = (client: EventStoreClient): EventStoreClient => ({
  ...client,
  appendToStream: async (...args) => {
    await client.appendToStream(...args);
    return new Promise(() => undefined);
  },
});

describe('appendEvents', () => {
  let client: EventStoreClient;
  let stream: string;

  before(async () => {
    ({ client } = await eventStoreForTests());
  });
  beforeEach(() => {
    stream = newCategory();
  });

  const studs = () => allStuds(catchUp(client, { source: { stream }, from: 'start' }));
  const two = () => [brickPlaced(1), brickPlaced(2)];

  it('returns the revision of events whose answer the store withholds, for a new stream', async () => {
    expect(await appendEvents(withoutAnswers(client), stream, two(), 'no-stream')).to.equal(1n);
    expect(await studs()).to.deep.equal([1, 2]);
  });

  it('returns the revision of events whose answer the store withholds, at an exact revision', async () => {
    await placeBrick(client, stream, 0);
    expect(await appendEvents(withoutAnswers(client), stream, two(), 0n)).to.equal(2n);
    expect(await studs()).to.deep.equal([0, 1, 2]);
  });

  it('returns the revision of events whose answer the store withholds, at any revision and behind others', async () => {
    await placeBrick(client, stream, 0);
    const events = two();
    await appendEvents(client, stream, events, 'any');
    await placeBrick(client, stream, 3);
    expect(await appendEvents(withoutAnswers(client), stream, events, 'any')).to.equal(2n);
    expect(await studs()).to.deep.equal([0, 1, 2, 3]);
  });

  it('answers every writer of the same events sent at the same moment and stores them once', async () => {
    const events = two();
    const writers = Array.from({ length: 10 }, () => appendEvents(client, stream, events, 'no-stream'));
    expect(new Set(await Promise.all(writers))).to.deep.equal(new Set([1n]));
    expect(await studs()).to.deep.equal([1, 2]);
  });

  it('throws StreamMoved when other events are at the expected revision', async () => {
    await placeBrick(client, stream, 0);
    const error = await appendEvents(client, stream, two(), 'no-stream').catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(StreamMoved);
  });
});
