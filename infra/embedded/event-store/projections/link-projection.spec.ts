import { expect } from 'chai';
import type { EventLog, ProposedEvent } from '../storage/event-log.ts';
import { openEventLog } from '../storage/open-event-log.ts';
import { byCategory, byEventType, type LinkProjection } from './event-links.ts';
import { runLinkProjection } from './link-projection.ts';

const event = (type: string): ProposedEvent => ({
  id: crypto.randomUUID(),
  type,
  contentType: 'application/json',
  data: Buffer.from('{}'),
  metadata: new Uint8Array(),
});

const textOf = (log: EventLog, stream: string) =>
  log.readStream(stream, 0n, 'forwards', 100).map(({ data }) => Buffer.from(data).toString());

/** Runs until the stream holds that many links; a log without them within the test's time fails it. */
const runUntil = async (log: EventLog, projection: LinkProjection, stream: string, count: number) => {
  const enough = Promise.withResolvers<undefined>();
  const look = () => {
    if (textOf(log, stream).length >= count) enough.resolve(undefined);
  };
  const stopListening = log.onCommit(look);
  const running = runLinkProjection(log, projection);
  look();
  await enough.promise;
  stopListening();
  await running.stop();
};

describe('filing events by category', () => {
  it('names the category by what stands before the first dash', () => {
    expect(byCategory.streamFor({ stream: 'moc-a-b', type: 'T' })).to.equal('$ce-moc');
  });

  it('leaves out system streams and streams without a category', () => {
    for (const stream of ['$ce-moc', '$$moc-1', 'single', '-odd']) {
      expect(byCategory.streamFor({ stream, type: 'T' })).to.equal(undefined);
    }
  });
});

describe('filing events by type', () => {
  it('leaves out system events', () => {
    expect(byEventType.streamFor({ stream: 'moc-1', type: 'MocPublished' })).to.equal('$et-MocPublished');
    expect(byEventType.streamFor({ stream: 'moc-1', type: '$>' })).to.equal(undefined);
    expect(byEventType.streamFor({ stream: '$ce-moc', type: 'MocPublished' })).to.equal(undefined);
  });
});

describe('keeping a stream of links', () => {
  let log: EventLog;
  beforeEach(async () => {
    log = await openEventLog({ mem: true });
  });
  afterEach(() => log.close());

  it('links what was there and what comes, in order', async () => {
    await log.append('moc-1', 'any', [event('A'), event('B')]);
    await log.append('set-1', 'any', [event('A')]);
    await log.append('moc-2', 'any', [event('A')]);
    await runUntil(log, byCategory, '$ce-moc', 3);
    expect(textOf(log, '$ce-moc')).to.deep.equal(['0@moc-1', '1@moc-1', '0@moc-2']);
    expect(textOf(log, '$ce-set')).to.deep.equal(['0@set-1']);
  });

  it('goes on where it stopped without linking twice', async () => {
    await log.append('moc-1', 'any', [event('A')]);
    await runUntil(log, byEventType, '$et-A', 1);
    await log.append('moc-1', 'any', [event('A')]);
    await runUntil(log, byEventType, '$et-A', 2);
    expect(textOf(log, '$et-A')).to.deep.equal(['0@moc-1', '1@moc-1']);
  });

  it('links nothing twice when it stopped before noting its place', async () => {
    await log.append('moc-1', 'any', [event('A')]);
    await runUntil(log, byEventType, '$et-A', 1);
    await log.tombstone('$projections-$by_event_type-checkpoint', 'any');
    await log.append('moc-1', 'any', [event('A'), event('A')]);
    await runUntil(log, byEventType, '$et-A', 3);
    expect(textOf(log, '$et-A')).to.deep.equal(['0@moc-1', '1@moc-1', '2@moc-1']);
  });
});
