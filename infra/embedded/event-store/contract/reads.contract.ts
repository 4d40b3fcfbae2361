import { END, START, StreamNotFoundError, UnknownError, type ResolvedEvent } from '@eventstore/db-client';
import { expect } from 'chai';
import {
  bricksSorted,
  eventOfSize,
  endOfLog,
  freshStream,
  ids,
  linkEvent,
  readAll,
  readStream,
  rejectionOf,
  revisions,
  trays,
} from './events.ts';
import type { Server } from './server.ts';
import { sleep } from './waiting.ts';

const describeStreams = (server: Server) => {
  let stream = '';
  before(async () => {
    stream = freshStream('read');
    await server.client().appendToStream(stream, bricksSorted(10));
  });
  const read = async (options: Parameters<typeof readStream>[2]) =>
    revisions(await readStream(server.client(), stream, options)).map(Number);

  it('reads forwards from the start by default', async () => {
    expect(await read({})).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('includes the starting revision in both directions', async () => {
    expect(await read({ fromRevision: 7n })).to.deep.equal([7, 8, 9]);
    expect(await read({ fromRevision: 2n, direction: 'backwards' })).to.deep.equal([2, 1, 0]);
  });

  it('goes backwards from the end', async () => {
    expect(await read({ fromRevision: END, direction: 'backwards', maxCount: 3 })).to.deep.equal([9, 8, 7]);
  });

  it('returns the first event backwards from the start', async () => {
    expect(await read({ fromRevision: START, direction: 'backwards' })).to.deep.equal([0]);
  });

  it('stops after maxCount events', async () => {
    expect(await read({ maxCount: 4 })).to.deep.equal([0, 1, 2, 3]);
    expect(await read({ fromRevision: 8n, maxCount: 4 })).to.deep.equal([8, 9]);
  });

  it('returns nothing beyond the end, and the last events backwards from there', async () => {
    expect(await read({ fromRevision: 50n })).to.deep.equal([]);
    expect(await read({ fromRevision: 50n, direction: 'backwards', maxCount: 2 })).to.deep.equal([9, 8]);
  });

  it('rejects a stream that does not exist, with its name', async () => {
    const missingStream = freshStream();
    for (const direction of ['forwards', 'backwards'] as const) {
      const fromRevision = direction === 'forwards' ? START : END;
      const refusal = await rejectionOf(readStream(server.client(), missingStream, { direction, fromRevision }));
      expect(refusal).to.be.instanceOf(StreamNotFoundError).and.include({ streamName: missingStream });
    }
  });

  it('delivers 5,000 events in order to a slow reader', async function () {
    this.timeout(30_000);
    const long = freshStream('long');
    for (let first = 0; first < 5_000; first += 1_000) {
      await server.client().appendToStream(long, bricksSorted(1_000, first));
    }
    const events: ResolvedEvent[] = [];
    for await (const event of server.client().readStream(long) as AsyncIterable<ResolvedEvent>) {
      events.push(event);
      if (events.length % 1_000 === 0) await sleep(50);
    }
    expect(trays(events)).to.deep.equal(Array.from({ length: 5_000 }, (_, tray) => tray));
  });

  it('delivers 40 MiB and can be cancelled', async function () {
    this.timeout(30_000);
    const heavy = freshStream('heavy');
    for (let index = 0; index < 40; index += 1) await server.client().appendToStream(heavy, eventOfSize(1_000_000));
    const read = server.client().readStream(heavy);
    let eventCount = 0;
    for await (const event of read as AsyncIterable<ResolvedEvent>) {
      eventCount += Number(event.event !== undefined);
      if (eventCount === 3) break;
    }
    await read.cancel();
    expect(await readStream(server.client(), heavy)).to.have.length(40);
  });
};

const describeAll = (server: Server) => {
  it('returns events of all streams in the order of the log', async () => {
    const fromPosition = await endOfLog(server.client());
    const [first, second] = [freshStream(), freshStream()];
    const events = bricksSorted(6);
    for (const [index, event] of events.entries()) {
      await server.client().appendToStream(index % 2 === 0 ? first : second, event);
    }
    const all = await readAll(server.client(), { fromPosition });
    const streamEvents = all.filter(({ event }) => event?.streamId === first || event?.streamId === second);
    expect(ids(streamEvents)).to.deep.equal(ids(events));
    const positions = all.map(({ event }) => event!.position.commit);
    expect(positions).to.deep.equal([...new Set(positions)].sort((a, b) => (a < b ? -1 : 1)));
  });

  it('includes the position forwards and excludes it backwards', async () => {
    const stream = freshStream();
    const before = await endOfLog(server.client());
    await server.client().appendToStream(stream, bricksSorted(1));
    const [at] = await readAll(server.client(), { fromPosition: before, maxCount: 1 });
    expect(at?.event?.position).to.deep.equal(before);
    const backwards = await readAll(server.client(), { fromPosition: before, direction: 'backwards', maxCount: 1 });
    expect(backwards[0]!.event!.position.commit < before.commit).to.equal(true);
  });

  it('begins with the newest event backwards from the end', async () => {
    const position = await endOfLog(server.client());
    const newest = await readAll(server.client(), { fromPosition: END, direction: 'backwards', maxCount: 1 });
    expect(newest.map(({ event }) => event?.position)).to.deep.equal([position]);
  });

  it('stops after maxCount events and resumes from the last position', async () => {
    const fromPosition = await endOfLog(server.client());
    await server.client().appendToStream(freshStream(), bricksSorted(9));
    const whole = await readAll(server.client(), { fromPosition, maxCount: 10 });
    const first = await readAll(server.client(), { fromPosition, maxCount: 4 });
    const second = await readAll(server.client(), { fromPosition: first.at(-1)!.event!.position, maxCount: 7 });
    expect(ids([...first, ...second.slice(1)])).to.deep.equal(ids(whole));
  });

  it('fails with UnknownError from a position between two records, and from one beyond the end', async () => {
    const { commit } = await endOfLog(server.client());
    for (const position of [commit + 1n, commit + 1_000_000_000n]) {
      const fromPosition = { commit: position, prepare: position };
      expect(await rejectionOf(readAll(server.client(), { fromPosition, maxCount: 1 }))).to.be.instanceOf(UnknownError);
    }
  });

  server.itEmbedded('is rejected with a maxCount of 0, for which EventStoreDB never ends', async () => {
    expect(await rejectionOf(readAll(server.client(), { maxCount: 0 }))).to.be.instanceOf(Error);
  });

  it('starts at the first event of the log', async () => {
    const first = await readAll(server.client(), { fromPosition: START, maxCount: 1 });
    const again = await readAll(server.client(), { maxCount: 1 });
    expect(ids(first)).to.deep.equal(ids(again));
    expect(await readAll(server.client(), { fromPosition: START, direction: 'backwards', maxCount: 1 })).to.deep.equal(
      [],
    );
  });

  it('returns stream metadata as events of the metadata stream', async () => {
    const fromPosition = await endOfLog(server.client());
    const stream = freshStream();
    await server.client().setStreamMetadata(stream, { maxCount: 3 });
    const all = await readAll(server.client(), { fromPosition });
    const streamEvents = all.filter(({ event }) => event?.streamId === `$$${stream}`);
    expect(streamEvents.map(({ event }) => event?.type)).to.deep.equal(['$metadata']);
  });

  it('resolves links on request', async () => {
    const [source, links] = [freshStream('source'), freshStream('links')];
    const fromPosition = await endOfLog(server.client());
    await server.client().appendToStream(source, bricksSorted(1, 42));
    await server.client().appendToStream(links, linkEvent(`0@${source}`));
    const all = await readAll(server.client(), { fromPosition, resolveLinkTos: true });
    const resolvedEvent = all.find((event) => event.link?.streamId === links);
    expect(resolvedEvent?.event?.streamId).to.equal(source);
    expect(resolvedEvent?.commitPosition).to.equal(resolvedEvent?.link?.position.commit);
  });
};

const describeLinks = (server: Server) => {
  it('are plain events without resolveLinkTos', async () => {
    const [source, links] = [freshStream('source'), freshStream('links')];
    await server.client().appendToStream(source, bricksSorted(1));
    await server.client().appendToStream(links, linkEvent(`0@${source}`));
    const [plain] = await readStream(server.client(), links);
    expect(plain?.event).to.include({ type: '$>', streamId: links, revision: 0n });
    expect(plain?.link).to.equal(undefined);
  });

  it('resolve to the event they name, also in a stream with an @', async () => {
    const [source, links] = [`${freshStream('source')}@attic`, freshStream('links')];
    await server.client().appendToStream(source, bricksSorted(3));
    const { position } = await server.client().appendToStream(links, linkEvent(`1@${source}`));
    const [resolvedEvent] = await readStream(server.client(), links, { resolveLinkTos: true });
    expect(resolvedEvent?.event).to.include({ streamId: source, revision: 1n, type: 'BricksSorted' });
    expect(resolvedEvent?.link).to.include({ streamId: links, revision: 0n, type: '$>' });
    expect(resolvedEvent?.link?.position).to.deep.equal(position);
    expect(resolvedEvent?.commitPosition).to.equal(position?.commit);
  });

  it('have no event when the target is missing, deleted or tombstoned', async () => {
    const [softDeleted, hardDeleted, links] = [freshStream(), freshStream(), freshStream('links')];
    for (const stream of [softDeleted, hardDeleted]) await server.client().appendToStream(stream, bricksSorted(1));
    const targets = [`0@${freshStream()}`, `0@${softDeleted}`, `0@${hardDeleted}`, `7@${links}`];
    await server.client().appendToStream(links, targets.map(linkEvent));
    await server.client().deleteStream(softDeleted);
    await server.client().tombstoneStream(hardDeleted);
    const resolvedEvents = await readStream(server.client(), links, { resolveLinkTos: true });
    expect(resolvedEvents.map(({ event }) => event)).to.deep.equal([undefined, undefined, undefined, undefined]);
    expect(resolvedEvents.map((event) => event.link?.revision)).to.deep.equal([0n, 1n, 2n, 3n]);
  });

  it('are plain events when their data is malformed', async () => {
    const links = freshStream('links');
    await server.client().appendToStream(links, [linkEvent('nowhere'), linkEvent('x@y')]);
    const resolvedEvents = await readStream(server.client(), links, { resolveLinkTos: true });
    expect(resolvedEvents.map(({ event }) => event?.type)).to.deep.equal(['$>', '$>']);
    expect(resolvedEvents.map((event) => event.link)).to.deep.equal([undefined, undefined]);
  });

  it('are resolved one step only', async () => {
    const [source, links, more] = [freshStream('source'), freshStream('links'), freshStream('links')];
    await server.client().appendToStream(source, bricksSorted(1));
    await server.client().appendToStream(links, linkEvent(`0@${source}`));
    await server.client().appendToStream(more, linkEvent(`0@${links}`));
    const [resolvedEvent] = await readStream(server.client(), more, { resolveLinkTos: true });
    expect(resolvedEvent?.event).to.include({ streamId: links, type: '$>' });
  });
};

export const readsContract = (server: Server): void => {
  describe('reading a stream', () => describeStreams(server));
  describe('reading $all', () => describeAll(server));
  describe('links', () => describeLinks(server));
};
