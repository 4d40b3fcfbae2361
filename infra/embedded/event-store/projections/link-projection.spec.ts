import { expect } from 'chai';
import type { EventLog, ProposedEvent } from '../storage/event-log.ts';
import { openEventLog } from '../storage/open-event-log.ts';
import {
  byCategory,
  byCorrelationId,
  byEventType,
  streamByCategory,
  streams,
  type SystemProjection,
} from './event-links.ts';
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
const runUntil = async (log: EventLog, projection: SystemProjection, stream: string, count: number) => {
  const enough = Promise.withResolvers<undefined>();
  const look = () => {
    if (textOf(log, stream).length >= count) enough.resolve(undefined);
  };
  const stopListening = log.onCommit(look);
  const runningProjection = runLinkProjection(log, projection);
  look();
  await enough.promise;
  stopListening();
  await runningProjection.stop();
};

const subject = (stream: string, type = 'T', revision = 0n, metadata = '') => ({
  stream,
  type,
  revision,
  metadata: Buffer.from(metadata),
});

describe('the system projection', () => {
  it('by category: links an event to the part of its stream name before the first dash', () => {
    expect(byCategory.emit(subject('moc-a-b'))).to.deep.equal({ stream: '$ce-moc', type: '$>', text: '0@moc-a-b' });
  });

  it('by category: leaves out system streams and streams without a category', () => {
    for (const stream of ['$ce-moc', '$$moc-1', 'single', '-odd'])
      expect(byCategory.emit(subject(stream))).to.equal(undefined);
  });

  it('by type: leaves out system events', () => {
    expect(byEventType.emit(subject('moc-1', 'MocPublished'))?.stream).to.equal('$et-MocPublished');
    expect(byEventType.emit(subject('moc-1', '$>'))).to.equal(undefined);
    expect(byEventType.emit(subject('$ce-moc', 'MocPublished'))).to.equal(undefined);
  });

  it('by correlation: links events whose JSON metadata has a correlation id', () => {
    const metadata = '{"$correlationId":"c-1"}';
    expect(byCorrelationId.emit(subject('moc-1', 'T', 3n, metadata))).to.deep.equal({
      stream: '$bc-c-1',
      type: '$>',
      text: '3@moc-1',
    });
    for (const other of ['', 'no json', '[]', 'null', '{"$correlationId":7}'])
      expect(byCorrelationId.emit(subject('moc-1', 'T', 0n, other)), other).to.equal(undefined);
  });

  it('by stream: links the first event of each stream, and names each stream in its category', () => {
    expect(streams.emit(subject('moc-1'))).to.deep.equal({ stream: '$streams', type: '$>', text: '0@moc-1' });
    expect(streamByCategory.emit(subject('moc-1'))).to.deep.equal({
      stream: '$category-moc',
      type: '$@',
      text: 'moc-1',
    });
    for (const projection of [streams, streamByCategory])
      expect(projection.emit(subject('moc-1', 'T', 1n))).to.equal(undefined);
  });
});

describe('running a link projection', () => {
  let log: EventLog;
  beforeEach(async () => {
    log = await openEventLog({ mem: true });
  });
  afterEach(() => log.close());

  it('links stored and later events, in order', async () => {
    await log.append('moc-1', 'any', [event('A'), event('B')]);
    await log.append('set-1', 'any', [event('A')]);
    await log.append('moc-2', 'any', [event('A')]);
    await runUntil(log, byCategory, '$ce-moc', 3);
    expect(textOf(log, '$ce-moc')).to.deep.equal(['0@moc-1', '1@moc-1', '0@moc-2']);
    expect(textOf(log, '$ce-set')).to.deep.equal(['0@set-1']);
  });

  it('resumes after the last linked event when it is restarted', async () => {
    await log.append('moc-1', 'any', [event('A')]);
    await runUntil(log, byEventType, '$et-A', 1);
    await log.append('moc-1', 'any', [event('A')]);
    await runUntil(log, byEventType, '$et-A', 2);
    expect(textOf(log, '$et-A')).to.deep.equal(['0@moc-1', '1@moc-1']);
  });

  it('links no event twice when it stopped before it wrote its checkpoint', async () => {
    await log.append('moc-1', 'any', [event('A')]);
    await runUntil(log, byEventType, '$et-A', 1);
    await log.tombstone('$projections-$by_event_type-checkpoint', 'any');
    await log.append('moc-1', 'any', [event('A'), event('A')]);
    await runUntil(log, byEventType, '$et-A', 3);
    expect(textOf(log, '$et-A')).to.deep.equal(['0@moc-1', '1@moc-1', '2@moc-1']);
  });
});
