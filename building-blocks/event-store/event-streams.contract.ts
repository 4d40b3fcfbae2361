import { expect } from 'chai';
import { StreamMoved, type Cause, type EventStreams, type RecordedEvent } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import type { Message } from '@lego-moc/kernel/message';

export type BrickEvent = Message<'BrickPlaced', { studs: number }> | Message<'BrickLifted', { studs: number }>;

const brickPlaced = (studs: number): BrickEvent => ({ type: 'BrickPlaced', data: { studs } });
const cause = (): Cause => ({ commandId: newId(), correlationId: newId(), actor: 'ada' });

/** All items, in order. */
export const all = async <T>(items: AsyncIterable<T>): Promise<readonly T[]> => {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
};

/** The contract of `EventStreams`: run with the in-memory adapter and with the store that it stands for. */
export const behavesLikeEventStreams = (open: () => Promise<EventStreams<BrickEvent>>): void => {
  let streams: EventStreams<BrickEvent>;
  let id: string;

  before(async () => {
    streams = await open();
  });

  beforeEach(() => {
    id = newId();
  });

  const expectMoved = async (append: Promise<unknown>): Promise<void> => {
    const error = await append.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(StreamMoved);
  };

  describe('reading', () => {
    it('reads an unknown id as an empty history', async () => {
      expect(await streams.read(id)).to.deep.equal({ events: [], revision: 'no-stream' });
      expect(await all(streams.readEvents(id))).to.deep.equal([]);
    });

    it('returns appended events in order', async () => {
      await streams.append(id, [brickPlaced(1), brickPlaced(2)], 'no-stream', cause());
      await streams.append(id, [brickPlaced(3)], 1n, cause());
      expect(await streams.read(id)).to.deep.equal({
        events: [brickPlaced(1), brickPlaced(2), brickPlaced(3)],
        revision: 2n,
      });
    });

    it('returns the place and the cause of each event', async () => {
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      const why = { ...cause(), traceparent, causedBy: newId() };
      await streams.append(id, [brickPlaced(1)], 'no-stream', why);
      const [event] = await all(streams.readEvents(id));
      expect(event).to.include({ id, revision: 0n });
      expect(event?.stream).to.match(new RegExp(`^[a-z]+-${id}$`));
      expect(event?.event).to.deep.equal(brickPlaced(1));
      expect(event?.cause).to.deep.equal(why);
      expect(event?.recordedAt).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    });

    it('begins at the given revision', async () => {
      await streams.append(id, [brickPlaced(1), brickPlaced(2), brickPlaced(3)], 'no-stream', cause());
      const revisions = (events: readonly RecordedEvent<BrickEvent>[]) => events.map(({ revision }) => revision);
      expect(revisions(await all(streams.readEvents(id, 1n)))).to.deep.equal([1n, 2n]);
      expect(revisions(await all(streams.readEvents(id, 3n)))).to.deep.equal([]);
    });
  });

  describe('appending', () => {
    it('returns the revision of the last event', async () => {
      expect(await streams.append(id, [brickPlaced(1), brickPlaced(2)], 'no-stream', cause())).to.equal(1n);
      expect(await streams.append(id, [brickPlaced(3)], 1n, cause())).to.equal(2n);
    });

    it('throws StreamMoved when the stream is at another revision', async () => {
      await streams.append(id, [brickPlaced(1)], 'no-stream', cause());
      await expectMoved(streams.append(id, [brickPlaced(2)], 'no-stream', cause()));
      await expectMoved(streams.append(id, [brickPlaced(2)], 1n, cause()));
      await streams.append(id, [brickPlaced(2)], 0n, cause());
      await expectMoved(streams.append(id, [brickPlaced(3)], 0n, cause()));
      expect((await streams.read(id)).events).to.deep.equal([brickPlaced(1), brickPlaced(2)]);
    });

    it('accepts one of two appends at the same revision', async () => {
      await streams.append(id, [brickPlaced(1)], 'no-stream', cause());
      const outcomes = await Promise.allSettled([
        streams.append(id, [brickPlaced(2)], 0n, cause()),
        streams.append(id, [brickPlaced(3)], 0n, cause()),
      ]);
      expect(outcomes.map(({ status }) => status).toSorted()).to.deep.equal(['fulfilled', 'rejected']);
      expect((await streams.read(id)).events).to.have.length(2);
    });

    it('appends at the end when no revision is expected', async () => {
      expect(await streams.append(id, [brickPlaced(1)], 'any', cause())).to.equal(0n);
      expect(await streams.append(id, [brickPlaced(2)], 'any', cause())).to.equal(1n);
    });

    it('appends all events or none', async () => {
      const events = Array.from({ length: 50 }, (_, studs) => brickPlaced(studs));
      await streams.append(id, [brickPlaced(1)], 'no-stream', cause());
      await expectMoved(streams.append(id, events, 'no-stream', cause()));
      expect((await streams.read(id)).events).to.have.length(1);
    });
  });

  describe('appending nothing', () => {
    it('changes nothing and returns the revision of the stream', async () => {
      expect(await streams.append(id, [], 'no-stream', cause())).to.equal('no-stream');
      expect(await streams.append(id, [], 'any', cause())).to.equal('no-stream');
      await streams.append(id, [brickPlaced(1)], 'no-stream', cause());
      expect(await streams.append(id, [], 0n, cause())).to.equal(0n);
      expect(await streams.append(id, [brickPlaced(2)], 0n, cause())).to.equal(1n);
    });

    it('throws StreamMoved when the stream is at another revision', async () => {
      await streams.append(id, [brickPlaced(1)], 'no-stream', cause());
      await expectMoved(streams.append(id, [], 'no-stream', cause()));
    });
  });

  describe('appending for the same cause again', () => {
    it('stores the events once and returns the same revision', async () => {
      const why = cause();
      const once = () => streams.append(id, [brickPlaced(1), brickPlaced(2)], 'no-stream', why);
      expect([await once(), await once()]).to.deep.equal([1n, 1n]);
      expect((await streams.read(id)).events).to.have.length(2);
    });

    it('stores the events once after others have appended', async () => {
      const why = cause();
      await streams.append(id, [brickPlaced(1)], 'no-stream', why);
      await streams.append(id, [brickPlaced(2)], 0n, cause());
      expect(await streams.append(id, [brickPlaced(1)], 'no-stream', why)).to.equal(0n);
      expect(await streams.append(id, [brickPlaced(1)], 'any', why)).to.equal(0n);
      expect((await streams.read(id)).events).to.have.length(2);
    });

    it('stores another decision of the same command, made at another revision, under ids of its own', async () => {
      const why = cause();
      await streams.append(id, [brickPlaced(1)], 'no-stream', cause());
      await streams.append(id, [brickPlaced(2)], 0n, why);
      await streams.append(id, [brickPlaced(3)], 1n, cause());
      expect(await streams.append(id, [brickPlaced(4)], 2n, why)).to.equal(3n);

      const ids: string[] = [];
      for await (const event of streams.readEvents(id)) ids.push(event.eventId);
      expect(new Set(ids).size).to.equal(4);
    });

    it('stores the events once when no revision is expected', async () => {
      const why = cause();
      const once = () => streams.append(id, [brickPlaced(1)], 'any', why);
      expect([await once(), await once()]).to.deep.equal([0n, 0n]);
    });

    it('stores the events once in each stream', async () => {
      const why = cause();
      const other = newId();
      await streams.append(id, [brickPlaced(1)], 'any', why);
      expect(await streams.append(other, [brickPlaced(1)], 'any', why)).to.equal(0n);
    });
  });
};
