import {
  AccessDeniedError,
  NO_STREAM,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { expect } from 'chai';
import { bricksSorted, endOfLog, freshStream, readAll, readStream, rejectionOf, revisions } from './events.ts';
import type { Server } from './server.ts';

/** Deletions answer with the revisions of the wire: -1 means that no stream was expected. */
const wireNumber = (expected: bigint | typeof NO_STREAM): bigint => (expected === NO_STREAM ? -1n : expected);

const streamWithEvents = async (server: Server, count = 3): Promise<string> => {
  const stream = freshStream('short-lived');
  await server.client().appendToStream(stream, bricksSorted(count));
  return stream;
};

const describeDeleting = (server: Server) => {
  it('hides the events and answers with a position', async () => {
    const stream = await streamWithEvents(server);
    const { position } = await server.client().deleteStream(stream);
    expect(position?.commit).to.be.a('bigint');
    const refusal = await rejectionOf(readStream(server.client(), stream));
    expect(refusal).to.be.instanceOf(StreamNotFoundError).and.include({ streamName: stream });
  });

  it('accepts the exact revision', async () => {
    const stream = await streamWithEvents(server);
    await server.client().deleteStream(stream, { expectedRevision: 2n });
    expect(await rejectionOf(readStream(server.client(), stream))).to.be.instanceOf(StreamNotFoundError);
  });

  it('rejects any other revision and keeps the events', async () => {
    const stream = await streamWithEvents(server);
    for (const expectedRevision of [0n, 7n, NO_STREAM] as const) {
      const refusal = await rejectionOf(server.client().deleteStream(stream, { expectedRevision }));
      expect(refusal).to.be.instanceOf(WrongExpectedVersionError);
      expect(refusal).to.include({
        streamName: stream,
        expectedVersion: wireNumber(expectedRevision),
        actualVersion: 2n,
      });
    }
    expect(await readStream(server.client(), stream)).to.have.length(3);
  });

  it('rejects a stream that never existed, whose actual version is -1', async () => {
    const stream = freshStream();
    const rejection = await rejectionOf(server.client().deleteStream(stream));
    expect(rejection).to.be.instanceOf(WrongExpectedVersionError).and.include({ streamName: stream });
    expect(rejection).to.include({ actualVersion: -1n });
    expect((rejection as Error).message).to.contain('Delete failed due to WrongExpectedVersion');
  });

  it('is denied for $all, and so is a tombstone', async () => {
    for (const attempt of [server.client().deleteStream('$all'), server.client().tombstoneStream('$all')]) {
      expect(await rejectionOf(attempt)).to.be.instanceOf(AccessDeniedError);
    }
  });

  it('is accepted for a metadata stream', async () => {
    const stream = await streamWithEvents(server);
    await server.client().setStreamMetadata(stream, { maxCount: 2 });
    expect((await server.client().deleteStream(`$$${stream}`)).position?.commit).to.be.a('bigint');
  });

  it('leaves the events in $all', async () => {
    const from = await endOfLog(server.client());
    const stream = await streamWithEvents(server);
    await server.client().deleteStream(stream);
    const all = await readAll(server.client(), { fromPosition: from });
    const streamEvents = all.filter(({ event }) => event?.streamId === stream);
    expect(revisions(streamEvents)).to.deep.equal([0n, 1n, 2n]);
  });

  it('writes $tb 2^63-1 to the metadata stream', async () => {
    const stream = await streamWithEvents(server);
    await server.client().deleteStream(stream);
    const [latest] = await readStream(server.client(), `$$${stream}`);
    expect(latest?.event?.type).to.equal('$metadata');
    // A truncation point that no double can hold: compared with JSON.parse of the exact text.
    expect(latest?.event?.data).to.deep.equal({ $tb: Number('9223372036854775807') });
  });
};

const describeRecreating = (server: Server) => {
  it('continues the numbers and shows the new events only', async () => {
    const stream = await streamWithEvents(server);
    await server.client().deleteStream(stream);
    const { nextExpectedRevision } = await server
      .client()
      .appendToStream(stream, bricksSorted(2, 3), { expectedRevision: NO_STREAM });
    expect(nextExpectedRevision).to.equal(4n);
    expect(revisions(await readStream(server.client(), stream))).to.deep.equal([3n, 4n]);
    expect(
      revisions(await readStream(server.client(), stream, { direction: 'backwards', fromRevision: 'end' })),
    ).to.deep.equal([4n, 3n]);
  });

  it('moves the truncation point to the first new event', async () => {
    const stream = await streamWithEvents(server);
    await server.client().setStreamMetadata(stream, { maxCount: 50, shelf: 'top' });
    await server.client().deleteStream(stream);
    await server.client().appendToStream(stream, bricksSorted(1, 3));
    expect((await server.client().getStreamMetadata(stream)).metadata).to.deep.equal({ truncateBefore: 3 });
  });

  it('happens by an append without events, which leaves nothing to read', async () => {
    const stream = await streamWithEvents(server);
    await server.client().deleteStream(stream);
    await server.client().appendToStream(stream, []);
    expect(await readStream(server.client(), stream)).to.deep.equal([]);
    expect((await server.client().getStreamMetadata(stream)).metadata).to.deep.equal({ truncateBefore: 3 });
  });

  it('may be repeated', async () => {
    const stream = await streamWithEvents(server);
    for (let round = 0; round < 3; round += 1) {
      await server.client().deleteStream(stream);
      await server.client().appendToStream(stream, bricksSorted(1));
      expect(revisions(await readStream(server.client(), stream))).to.deep.equal([BigInt(3 + round)]);
    }
  });

  it('happens by writing metadata', async () => {
    const stream = await streamWithEvents(server);
    await server.client().deleteStream(stream);
    await server.client().setStreamMetadata(stream, { maxCount: 10 });
    expect(await readStream(server.client(), stream)).to.deep.equal([]);
    expect((await server.client().getStreamMetadata(stream)).metadata).to.deep.equal({
      maxCount: 10,
      truncateBefore: 3,
    });
    await server.client().appendToStream(stream, bricksSorted(1), { expectedRevision: 'stream_exists' });
    expect(revisions(await readStream(server.client(), stream))).to.deep.equal([3n]);
  });
};

const describeTombstones = (server: Server) => {
  it('ends a stream for ever', async () => {
    const stream = await streamWithEvents(server);
    const client = server.client();
    const { position } = await client.tombstoneStream(stream);
    expect(position?.commit).to.be.a('bigint');
    const refusals = [
      readStream(client, stream),
      readStream(client, stream, { direction: 'backwards', fromRevision: 'end' }),
      client.appendToStream(stream, bricksSorted(1)),
      client.deleteStream(stream),
      client.tombstoneStream(stream),
      client.setStreamMetadata(stream, { maxCount: 1 }),
      client.getStreamMetadata(stream),
    ];
    for (const refusal of await Promise.all(refusals.map((attempt) => rejectionOf(attempt)))) {
      expect(refusal).to.be.instanceOf(StreamDeletedError);
    }
  });

  it('leaves the metadata that was written before it, and lets it be replaced', async () => {
    const stream = await streamWithEvents(server);
    await server.client().setStreamMetadata(stream, { maxCount: 2 });
    await server.client().tombstoneStream(stream);
    expect(await server.client().setStreamMetadata(stream, { maxCount: 3 })).to.include({ nextExpectedRevision: 1n });
    expect(await rejectionOf(readStream(server.client(), stream))).to.be.instanceOf(StreamDeletedError);
  });

  it('is accepted on a metadata stream', async () => {
    const stream = await streamWithEvents(server);
    await server.client().setStreamMetadata(stream, { maxCount: 2 });
    await server.client().tombstoneStream(`$$${stream}`);
    const rejection = await rejectionOf(server.client().setStreamMetadata(stream, { maxCount: 3 }));
    expect(rejection).to.be.instanceOf(StreamDeletedError);
  });

  it('names the stream in the refusal', async () => {
    const stream = await streamWithEvents(server);
    await server.client().tombstoneStream(stream);
    for (const attempt of [readStream(server.client(), stream), server.client().deleteStream(stream)]) {
      expect(await rejectionOf(attempt)).to.include({ streamName: stream });
    }
  });

  it('accepts a stream that never existed', async () => {
    const stream = freshStream();
    await server.client().tombstoneStream(stream, { expectedRevision: NO_STREAM });
    expect(await rejectionOf(readStream(server.client(), stream))).to.be.instanceOf(StreamDeletedError);
  });

  it('accepts the exact revision and refuses any other', async () => {
    const stream = await streamWithEvents(server);
    for (const expectedRevision of [1n, 3n, NO_STREAM] as const) {
      const refusal = await rejectionOf(server.client().tombstoneStream(stream, { expectedRevision }));
      expect(refusal).to.be.instanceOf(WrongExpectedVersionError);
      expect(refusal).to.include({ expectedVersion: wireNumber(expectedRevision), actualVersion: 2n });
    }
    await server.client().tombstoneStream(stream, { expectedRevision: 2n });
    expect(await rejectionOf(readStream(server.client(), stream))).to.be.instanceOf(StreamDeletedError);
  });

  it('is accepted on a deleted stream', async () => {
    const stream = await streamWithEvents(server);
    await server.client().deleteStream(stream);
    await server.client().tombstoneStream(stream);
    expect(await rejectionOf(readStream(server.client(), stream))).to.be.instanceOf(StreamDeletedError);
  });

  it('appears in $all as $streamDeleted behind the events', async () => {
    const from = await endOfLog(server.client());
    const stream = await streamWithEvents(server, 1);
    await server.client().tombstoneStream(stream);
    const all = await readAll(server.client(), { fromPosition: from });
    const types = all.filter(({ event }) => event?.streamId === stream).map(({ event }) => event?.type);
    expect(types).to.deep.equal(['BricksSorted', '$streamDeleted']);
  });
};

const describeDurability = (server: Server) => {
  server.itAfterRestart('is in force after a restart', async function () {
    this.timeout(60_000);
    const [softDeleted, recreated, dead] = [
      await streamWithEvents(server),
      await streamWithEvents(server),
      await streamWithEvents(server),
    ];
    await server.client().deleteStream(softDeleted);
    await server.client().deleteStream(recreated);
    await server.client().appendToStream(recreated, bricksSorted(1, 3));
    await server.client().tombstoneStream(dead);
    await server.restart();
    expect(await rejectionOf(readStream(server.client(), softDeleted))).to.be.instanceOf(StreamNotFoundError);
    expect(revisions(await readStream(server.client(), recreated))).to.deep.equal([3n]);
    expect(await rejectionOf(readStream(server.client(), dead))).to.be.instanceOf(StreamDeletedError);
    expect(await server.client().appendToStream(softDeleted, bricksSorted(1))).to.include({ nextExpectedRevision: 3n });
  });
};

export const deletesContract = (server: Server): void => {
  describe('deleting a stream', () => describeDeleting(server));
  describe('recreating a deleted stream', () => describeRecreating(server));
  describe('a tombstone', () => describeTombstones(server));
  describe('a deletion', () => describeDurability(server));
};
