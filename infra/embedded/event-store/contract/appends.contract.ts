import {
  AccessDeniedError,
  binaryEvent,
  DeadlineExceededError,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  StreamNotFoundError,
  WrongExpectedVersionError,
  type AppendToStreamOptions,
} from '@eventstore/db-client';
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import {
  bricksSorted,
  eventOfSize,
  freshStream,
  ids,
  readStream,
  recordedEvents,
  rejectionOf,
  revisions,
} from './events.ts';
import { appendWithin } from './raw-append.ts';
import type { Server } from './server.ts';

const mebibyte = 1024 * 1024;
const classic: AppendToStreamOptions = { credentials: { username: 'admin', password: 'changeit' } };

const describeContent = (server: Server) => {
  it('numbers the events from zero and answers with the last revision', async () => {
    const stream = freshStream();
    expect((await server.client().appendToStream(stream, bricksSorted(3))).nextExpectedRevision).to.equal(2n);
    expect((await server.client().appendToStream(stream, bricksSorted(2))).nextExpectedRevision).to.equal(4n);
    expect(revisions(await readStream(server.client(), stream))).to.deep.equal([0n, 1n, 2n, 3n, 4n]);
  });

  for (const [call, options] of [['BatchAppend', {}] as const, ['Append', classic] as const]) {
    it(`answers through ${call} with the position that reading shows`, async () => {
      const stream = freshStream();
      const { position } = await server.client().appendToStream(stream, bricksSorted(3), options);
      const last = (await readStream(server.client(), stream)).at(-1);
      expect(position?.commit).to.equal(position?.prepare);
      expect(last?.event?.position).to.deep.equal(position);
      expect(last?.commitPosition).to.equal(position?.commit);
    });

    it(`keeps JSON, metadata, type and id through ${call}`, async () => {
      const stream = freshStream();
      const event = jsonEvent({
        type: 'MinifigureÉquipped',
        data: { name: 'Jürgen 🧱', hat: null, studs: [1, 2.5, -3] },
        metadata: { $correlationId: 'c-1', by: 'Zoë' },
      });
      await server.client().appendToStream(stream, event, options);
      const [recordedEvent] = recordedEvents(await readStream(server.client(), stream));
      expect(recordedEvent).to.deep.include({
        streamId: stream,
        id: event.id,
        type: event.type,
        data: event.data,
        metadata: event.metadata,
        isJson: true,
        revision: 0n,
      });
    });

    it(`keeps bytes as they are through ${call}`, async () => {
      const stream = freshStream();
      const data = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const metadata = Uint8Array.of(0xff, 0x00, 0xfe);
      await server.client().appendToStream(stream, binaryEvent({ type: 'PhotoTaken', data, metadata }), options);
      const [recordedEvent] = recordedEvents(await readStream(server.client(), stream));
      expect(recordedEvent?.isJson).to.equal(false);
      expect(Buffer.from(recordedEvent?.data as Uint8Array).equals(data)).to.equal(true);
      expect(Buffer.from(recordedEvent?.metadata as Uint8Array).equals(metadata)).to.equal(true);
    });
  }

  it('stamps the event with the time of the append', async () => {
    const stream = freshStream();
    await server.client().appendToStream(stream, bricksSorted(1));
    const [recordedEvent] = recordedEvents(await readStream(server.client(), stream));
    // Loose on purpose: the clock of another machine may be a little off.
    expect(Math.abs(Date.now() - recordedEvent!.created.getTime())).to.be.below(300_000);
  });

  it('separates stream names that differ in case, dashes or script', async () => {
    const stem = freshStream();
    const names = [`${stem}-a`, `${stem}-A`, `${stem}_a`, `${stem}-ä`, `${stem}-積木`, `${stem} a`, `${stem}@a`];
    for (const name of names) await server.client().appendToStream(name, bricksSorted(1));
    for (const name of names) {
      const events = recordedEvents(await readStream(server.client(), name));
      expect(events.map(({ streamId }) => streamId)).to.deep.equal([name]);
    }
  });
};

const describeEmptyAppends = (server: Server) => {
  it('creates no stream', async () => {
    const stream = freshStream();
    await server.client().appendToStream(stream, []);
    await server.client().appendToStream(stream, [], { expectedRevision: NO_STREAM });
    expect(await rejectionOf(readStream(server.client(), stream))).to.be.instanceOf(StreamNotFoundError);
  });

  it('leaves the revision of a stream unchanged', async () => {
    const stream = freshStream();
    await server.client().appendToStream(stream, bricksSorted(2));
    await server.client().appendToStream(stream, [], { expectedRevision: 1n });
    const next = await server.client().appendToStream(stream, bricksSorted(1, 2), { expectedRevision: 1n });
    expect(next.nextExpectedRevision).to.equal(2n);
    expect(await readStream(server.client(), stream)).to.have.length(3);
  });

  it('is rejected when the stream is not at the expected revision', async () => {
    const stream = freshStream();
    await server.client().appendToStream(stream, bricksSorted(2));
    for (const expectedRevision of [4n, 0n]) {
      const refusal = await rejectionOf(server.client().appendToStream(stream, [], { expectedRevision }));
      expect(refusal).to.be.instanceOf(WrongExpectedVersionError);
    }
  });
};

const describeMalformed = (server: Server) => {
  const zeros = '00000000-0000-0000-0000-000000000000';
  for (const [call, options] of [['BatchAppend', {}] as const, ['Append', classic] as const]) {
    it(`is rejected through ${call} when its id consists of zeros or its type is empty`, async () => {
      for (const event of [
        jsonEvent({ id: zeros, type: 'BricksSorted', data: {} }),
        jsonEvent({ type: '', data: {} }),
      ]) {
        const stream = freshStream('malformed');
        const events = [...bricksSorted(1), event];
        expect(await rejectionOf(server.client().appendToStream(stream, events, options))).to.be.instanceOf(Error);
        expect(await rejectionOf(readStream(server.client(), stream))).to.be.instanceOf(StreamNotFoundError);
      }
    });
  }

  it('is rejected when its stream is $all', async () => {
    for (const options of [{}, classic]) {
      const rejection = await rejectionOf(server.client().appendToStream('$all', bricksSorted(1), options));
      expect(rejection).to.be.instanceOf(AccessDeniedError);
    }
  });

  server.itEmbedded('is rejected when its stream is the metadata of an empty name', async () => {
    for (const options of [{}, classic]) {
      expect(await rejectionOf(server.client().appendToStream('$$', bricksSorted(1), options))).to.be.instanceOf(Error);
    }
    expect(await rejectionOf(server.client().setStreamMetadata('', { maxCount: 1 }))).to.be.instanceOf(Error);
  });
};

const describeLimits = (server: Server) => {
  for (const [call, options] of [['BatchAppend', {}] as const, ['Append', classic] as const]) {
    it(`accepts an event of nearly a mebibyte through ${call}`, async () => {
      const stream = freshStream('large');
      await server.client().appendToStream(stream, eventOfSize(1_040_000), options);
      const [recordedEvent] = recordedEvents(await readStream(server.client(), stream));
      expect((recordedEvent?.data as Uint8Array).length).to.equal(1_040_000);
    });

    it(`refuses through ${call} an event of more than a mebibyte and stores nothing`, async () => {
      const stream = freshStream('large');
      const refusal = await rejectionOf(server.client().appendToStream(stream, eventOfSize(mebibyte + 1_000), options));
      expect(refusal).to.be.instanceOf(MaxAppendSizeExceededError).and.include({ maxAppendSize: mebibyte });
      expect(await rejectionOf(readStream(server.client(), stream))).to.be.instanceOf(StreamNotFoundError);
    });

    it(`refuses through ${call} many events that together exceed a mebibyte`, async () => {
      const stream = freshStream('large');
      const events = Array.from({ length: 12 }, () => eventOfSize(100_000));
      const refusal = await rejectionOf(server.client().appendToStream(stream, events, options));
      expect(refusal).to.be.instanceOf(MaxAppendSizeExceededError);
      expect(await rejectionOf(readStream(server.client(), stream))).to.be.instanceOf(StreamNotFoundError);
    });
  }

  it('counts the data of the events towards the limit, and neither metadata nor type', async () => {
    const stream = freshStream('large');
    const metadata = new Uint8Array(500_000).fill(7);
    const data = new Uint8Array(1_000_000).fill(7);
    for (const options of [{}, classic]) {
      await server.client().appendToStream(stream, binaryEvent({ type: 'PhotoTaken', data, metadata }), options);
    }
    expect(await readStream(server.client(), stream)).to.have.length(2);
  });

  it('stores an append that arrives in many messages as one', async () => {
    const stream = freshStream('parts');
    const events = bricksSorted(500);
    const answer = await server.client().appendToStream(stream, events, { batchAppendSize: 1_000 });
    expect(answer.nextExpectedRevision).to.equal(499n);
    expect(ids(await readStream(server.client(), stream))).to.deep.equal(ids(events));
  });

  it('counts all messages of one append towards the limit', async () => {
    const stream = freshStream('parts');
    const events = Array.from({ length: 40 }, () => eventOfSize(100_000));
    const refusal = await rejectionOf(server.client().appendToStream(stream, events, { batchAppendSize: 500_000 }));
    expect(refusal).to.be.instanceOf(MaxAppendSizeExceededError);
    expect(await rejectionOf(readStream(server.client(), stream))).to.be.instanceOf(StreamNotFoundError);
  });

  it('rejects an append after its deadline and stores nothing', async () => {
    const stream = freshStream('late');
    const refusal = await rejectionOf(server.client().appendToStream(stream, bricksSorted(1), { deadline: -60_000 }));
    expect(refusal).to.be.instanceOf(DeadlineExceededError);
    expect(await rejectionOf(readStream(server.client(), stream))).to.be.instanceOf(StreamNotFoundError);
  });

  it('accepts a deadline given as a duration', async function () {
    const host = server.hostOrSkip(this);
    const stream = freshStream('within');
    expect(await appendWithin(host, stream, 0)).to.equal(status.DEADLINE_EXCEEDED);
    expect(await rejectionOf(readStream(server.client(), stream))).to.be.instanceOf(StreamNotFoundError);
    expect(await appendWithin(host, stream, 60)).to.equal(status.OK);
    expect(await readStream(server.client(), stream)).to.have.length(1);
  });

  it('stores 1,000 appends in flight in the order of each stream', async function () {
    this.timeout(30_000);
    const streams = Array.from({ length: 10 }, () => freshStream('flight'));
    const appends = Array.from({ length: 1_000 }, (_, index) =>
      server.client().appendToStream(streams[index % 10]!, bricksSorted(1, index)),
    );
    await Promise.all(appends);
    for (const [lane, stream] of streams.entries()) {
      const events = recordedEvents(await readStream(server.client(), stream));
      expect(events.map(({ data }) => (data as { tray: number }).tray)).to.deep.equal(
        Array.from({ length: 100 }, (_, round) => round * 10 + lane),
      );
    }
  });
};

export const appendsContract = (server: Server): void => {
  describe('appending events', () => describeContent(server));
  describe('appending no events', () => describeEmptyAppends(server));
  describe('an append of malformed events', () => describeMalformed(server));
  describe('appending much', () => describeLimits(server));
};
