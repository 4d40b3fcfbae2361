import { binaryEvent, jsonEvent, StreamNotFoundError, WrongExpectedVersionError } from '@eventstore/db-client';
import { expect } from 'chai';
import {
  bricksSorted,
  endOfLog,
  freshStream,
  linkEvent,
  readAll,
  readStream,
  rejectionOf,
  revisions,
} from './events.ts';
import type { Server } from './server.ts';
import { eventually, sleep } from './waiting.ts';

const describeReading = (server: Server) => {
  it('is empty until some is written', async () => {
    const stream = freshStream();
    expect(await server.client().getStreamMetadata(stream)).to.deep.equal({ streamName: stream });
  });

  it('returns all written properties, unknown ones included', async () => {
    const stream = freshStream();
    const metadata = {
      maxCount: 12,
      maxAge: 3_600,
      cacheControl: 30,
      acl: { readRoles: ['$admins'], writeRoles: ['ada', 'bob'] },
      shelf: { row: 3 },
    };
    await server.client().setStreamMetadata(stream, metadata);
    expect((await server.client().getStreamMetadata(stream)).metadata).to.deep.equal(metadata);
  });

  it('creates no events', async () => {
    const stream = freshStream();
    await server.client().setStreamMetadata(stream, { maxCount: 3 });
    expect(await rejectionOf(readStream(server.client(), stream))).to.be.instanceOf(StreamNotFoundError);
  });

  it('keeps the latest event only', async () => {
    const stream = freshStream();
    for (const maxCount of [5, 4, 3]) await server.client().setStreamMetadata(stream, { maxCount });
    const metadataEvents = await readStream(server.client(), `$$${stream}`);
    expect(metadataEvents.map(({ event }) => [event?.revision, event?.data])).to.deep.equal([[2n, { $maxCount: 3 }]]);
  });

  it('checks expected revisions', async () => {
    const stream = freshStream();
    const write = (expectedRevision: 'no_stream' | bigint) =>
      server.client().setStreamMetadata(stream, { maxCount: 3 }, { expectedRevision });
    expect(await write('no_stream')).to.include({ nextExpectedRevision: 0n });
    expect(await rejectionOf(write('no_stream'))).to.be.instanceOf(WrongExpectedVersionError);
    expect(await write(0n)).to.include({ nextExpectedRevision: 1n });
    expect(await rejectionOf(write(7n))).to.be.instanceOf(WrongExpectedVersionError);
  });
};

const describeTruncation = (server: Server) => {
  const fillStream = async (count: number) => {
    const stream = freshStream('truncated');
    await server.client().appendToStream(stream, bricksSorted(count));
    return stream;
  };
  const readable = async (stream: string) => ({
    forwards: revisions(await readStream(server.client(), stream)),
    backwards: revisions(await readStream(server.client(), stream, { direction: 'backwards', fromRevision: 'end' })),
  });

  it('keeps the last $maxCount events readable, appended before or after', async () => {
    const stream = await fillStream(5);
    await server.client().setStreamMetadata(stream, { maxCount: 2 });
    expect(await readable(stream)).to.deep.equal({ forwards: [3n, 4n], backwards: [4n, 3n] });
    await server.client().appendToStream(stream, bricksSorted(3, 5));
    expect(await readable(stream)).to.deep.equal({ forwards: [6n, 7n], backwards: [7n, 6n] });
  });

  it('hides events before $tb', async () => {
    const stream = await fillStream(5);
    await server.client().setStreamMetadata(stream, { truncateBefore: 3 });
    expect(await readable(stream)).to.deep.equal({ forwards: [3n, 4n], backwards: [4n, 3n] });
  });

  it('applies the stricter of $maxCount and $tb', async () => {
    const stream = await fillStream(6);
    await server.client().setStreamMetadata(stream, { maxCount: 4, truncateBefore: 4 });
    expect((await readable(stream)).forwards).to.deep.equal([4n, 5n]);
    await server.client().setStreamMetadata(stream, { maxCount: 1, truncateBefore: 4 });
    expect((await readable(stream)).forwards).to.deep.equal([5n]);
  });

  it('starts a read at the first readable event', async () => {
    const stream = await fillStream(10);
    await server.client().setStreamMetadata(stream, { truncateBefore: 6 });
    const page = await readStream(server.client(), stream, { fromRevision: 2n, maxCount: 2 });
    expect(revisions(page)).to.deep.equal([6n, 7n]);
    expect(await readStream(server.client(), stream, { fromRevision: 4n, direction: 'backwards' })).to.deep.equal([]);
  });

  it('hides events older than $maxAge seconds', async () => {
    const stream = await fillStream(2);
    await server.client().setStreamMetadata(stream, { maxAge: 1 });
    await sleep(1_600);
    expect((await readable(stream)).forwards).to.deep.equal([]);
    await server.client().appendToStream(stream, bricksSorted(1, 2));
    expect((await readable(stream)).forwards).to.deep.equal([2n]);
  });

  it('answers with no events, not with an error, when everything is truncated', async () => {
    const stream = await fillStream(3);
    await server.client().setStreamMetadata(stream, { truncateBefore: 3 });
    expect(await readable(stream)).to.deep.equal({ forwards: [], backwards: [] });
    expect(await server.client().appendToStream(stream, bricksSorted(1, 3), { expectedRevision: 2n })).to.include({
      nextExpectedRevision: 3n,
    });
  });

  it('shows the events again when the metadata allows it', async () => {
    const stream = await fillStream(4);
    await server.client().setStreamMetadata(stream, { maxCount: 1 });
    await server.client().setStreamMetadata(stream, {});
    expect((await readable(stream)).forwards).to.deep.equal([0n, 1n, 2n, 3n]);
  });

  it('does not change $all', async () => {
    const fromPosition = await endOfLog(server.client());
    const stream = await fillStream(4);
    await server.client().setStreamMetadata(stream, { maxCount: 1 });
    const all = await readAll(server.client(), { fromPosition });
    const streamEvents = all.filter(({ event }) => event?.streamId === stream);
    expect(revisions(streamEvents)).to.deep.equal([0n, 1n, 2n, 3n]);
  });

  it('ignores metadata that is malformed or not marked as JSON', async () => {
    for (const text of ['{ "$maxCount": ', '{"$maxCount":1}', '[]']) {
      const stream = await fillStream(3);
      await server.client().setStreamMetadata(stream, { maxCount: 1 });
      const event = binaryEvent({ type: '$metadata', data: Buffer.from(text) });
      await server.client().appendToStream(`$$${stream}`, event);
      expect((await readable(stream)).forwards, text).to.deep.equal([0n, 1n, 2n]);
    }
  });

  it('ignores a number that is not positive, and applies the rest', async () => {
    for (const bad of [{ $maxCount: 0 }, { $maxAge: 0 }, { $maxAge: -5 }, { $cacheControl: 0 }]) {
      const stream = await fillStream(3);
      await server.client().appendToStream(`$$${stream}`, jsonEvent({ type: '$metadata', data: { $tb: 2, ...bad } }));
      expect((await readable(stream)).forwards, JSON.stringify(bad)).to.deep.equal([2n]);
    }
    const stream = await fillStream(3);
    const data = { $maxCount: 2, $tb: -1 };
    await server.client().appendToStream(`$$${stream}`, jsonEvent({ type: '$metadata', data }));
    expect((await readable(stream)).forwards).to.deep.equal([1n, 2n]);
  });

  it('ignores metadata in which a value has a wrong type', async () => {
    for (const bad of [
      { $maxCount: '2' },
      { $maxAge: '60' },
      { $acl: 'everybody' },
      { $acl: { $r: 7 } },
      { $acl: { $read: 'ada' } },
    ]) {
      const stream = await fillStream(3);
      const data = { $maxCount: 1, $tb: 2, ...bad };
      await server.client().appendToStream(`$$${stream}`, jsonEvent({ type: '$metadata', data }));
      expect((await readable(stream)).forwards, JSON.stringify(bad)).to.deep.equal([0n, 1n, 2n]);
    }
  });

  it('applies metadata appended as an event of the metadata stream', async () => {
    const stream = await fillStream(3);
    await server.client().appendToStream(`$$${stream}`, jsonEvent({ type: '$metadata', data: { $maxCount: 2 } }));
    expect((await readable(stream)).forwards).to.deep.equal([1n, 2n]);
  });

  it('applies to the targets of links', async () => {
    const [source, links] = [await fillStream(3), freshStream('links')];
    await server.client().setStreamMetadata(source, { truncateBefore: 2 });
    await server.client().appendToStream(links, [linkEvent(`0@${source}`), linkEvent(`2@${source}`)]);
    const resolvedEvents = await readStream(server.client(), links, { resolveLinkTos: true });
    expect(resolvedEvents.map(({ event }) => event?.revision)).to.deep.equal([undefined, 2n]);
    expect(resolvedEvents.map(({ link: record }) => record?.revision)).to.deep.equal([0n, 1n]);
  });

  server.itAfterRestart('survives a restart', async function () {
    this.timeout(60_000);
    const stream = await fillStream(4);
    await server.client().setStreamMetadata(stream, { maxCount: 2 });
    await server.restart();
    await eventually(async () => expect((await readable(stream)).forwards).to.deep.equal([2n, 3n]));
  });
};

export const metadataContract = (server: Server): void => {
  describe('stream metadata', () => describeReading(server));
  describe('truncating by metadata', () => describeTruncation(server));
};
