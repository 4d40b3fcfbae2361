import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { END, LogUnavailable, type AppendOutcome, type EventLog, type ProposedEvent } from './event-log.ts';
import { openEventLog } from './open-event-log.ts';
import { RecordDamaged } from './record.ts';
import { openTables } from './tables.ts';

const SECOND = 10_000_000n;

const event = (text = '{}', type = 'Happened'): ProposedEvent => ({
  id: crypto.randomUUID(),
  type,
  contentType: 'application/json',
  data: Buffer.from(text),
  metadata: new Uint8Array(),
});
const events = (count: number): ProposedEvent[] => Array.from({ length: count }, (_, index) => event(index.toString()));
const link = (text: string): ProposedEvent => ({ ...event(text, '$>'), contentType: 'application/octet-stream' });

const revisions = (log: EventLog, stream: string, from = 0n): bigint[] =>
  log.readStream(stream, from, 'forwards', 100).map(({ revision }) => revision);
const expectAppended = (outcome: AppendOutcome) => {
  expect(outcome.kind).to.equal('appended');
  return outcome as Extract<AppendOutcome, { kind: 'appended' }>;
};

describe('an event log', () => {
  const directory = mkdtempSync(join(tmpdir(), 'event-log-spec-'));
  let now = 1_000_000n * SECOND;
  let log: EventLog;
  let stream = '';
  let count = 0;

  const droppedStreams: string[] = [];

  before(async () => {
    log = await openEventLog({
      path: directory,
      now: () => now,
      maxAppendBytes: 1_000,
      commitTimeoutMs: 20,
      onDroppedTwin: (of) => droppedStreams.push(of),
    });
  });
  beforeEach(() => {
    stream = `moc-${(count += 1).toString()}`;
  });
  after(async () => {
    await log.close();
    rmSync(directory, { recursive: true });
  });

  describe('appending', () => {
    it('numbers the events of a stream from zero and gives each a position of its own', async () => {
      const outcome = expectAppended(await log.append(stream, 'no-stream', events(3)));
      const read = log.readStream(stream, 0n, 'forwards', 10);
      expect(read.map(({ revision }) => revision)).to.deep.equal([0n, 1n, 2n]);
      expect(new Set(read.map(({ position }) => position)).size).to.equal(3);
      expect(outcome).to.deep.equal({ kind: 'appended', revision: 2n, position: read[2]?.position });
      expect(log.lastPosition()).to.equal(outcome.position);
    });

    it('answers a retry with the first outcome and stores nothing again', async () => {
      const originals = events(2);
      const first = await log.append(stream, 'no-stream', originals);
      await log.append(stream, 'any', events(1));
      expect(await log.append(stream, 'no-stream', originals)).to.deep.equal(first);
      expect(await log.append(stream, 'any', originals)).to.deep.equal(first);
      expect(revisions(log, stream)).to.deep.equal([0n, 1n, 2n]);
    });

    it('sees earlier appends of the same group', async () => {
      const retriedEvent = event();
      const outcomes = await Promise.all([
        log.append(stream, 'no-stream', [retriedEvent]),
        log.append(stream, 'any', [retriedEvent]),
        log.append(stream, 'no-stream', [event()]),
        log.append(stream, 0n, [event()]),
      ]);
      expect(outcomes.map(({ kind }) => kind)).to.deep.equal([
        'appended',
        'timed-out',
        'wrong-expected-revision',
        'appended',
      ]);
      expect(revisions(log, stream)).to.deep.equal([0n, 1n]);
    });

    it('drops a repetition that comes while the original is being committed, and answers a later one', async () => {
      const retriedEvent = event();
      const append = () => log.append(stream, 'no-stream', [retriedEvent]);
      const first = append();
      // The original is with the disk by then, or still waits: both are not durable.
      await new Promise(setImmediate);
      const second = append();
      droppedStreams.length = 0;
      expect(await second).to.deep.equal({ kind: 'timed-out' });
      expect(droppedStreams).to.deep.equal([stream]);
      expect(await append()).to.deep.equal(await first);
      expect(revisions(log, stream)).to.deep.equal([0n]);
    });

    it('answers a repetition on a soft-deleted stream without a position', async () => {
      const originals = events(2);
      await log.append(stream, 'no-stream', originals);
      await log.softDelete(stream, 'any');
      const outcome = await log.append(stream, 'no-stream', originals);
      expect(outcome).to.deep.equal({ kind: 'appended', revision: 1n, position: undefined });
      expect(log.state(stream).softDeleted).to.equal(true);
    });

    it('answers a wrong expectation with the current revision', async () => {
      expect(await log.append(stream, 3n, events(1))).to.deep.equal({
        kind: 'wrong-expected-revision',
        current: undefined,
      });
      await log.append(stream, 'any', events(2));
      expect(await log.append(stream, 3n, events(1))).to.deep.equal({ kind: 'wrong-expected-revision', current: 1n });
    });

    it('accepts an empty append and writes nothing', async () => {
      const before = log.lastPosition();
      expect(expectAppended(await log.append(stream, 'any', [])).revision).to.equal(-1n);
      expect(log.lastPosition()).to.equal(before);
      expect(log.state(stream).lastRevision).to.equal(-1n);
    });

    it('rejects one byte of data more than the limit and accepts the limit, whatever type and metadata', async () => {
      expect(await log.append(stream, 'any', [event('x'.repeat(1_001))])).to.deep.equal({
        kind: 'too-large',
        maxBytes: 1_000,
      });
      expectAppended(await log.append(stream, 'any', [{ ...event('x'.repeat(1_000)), metadata: Buffer.alloc(5_000) }]));
    });

    it('rejects an append that is large in all although its data is small', async () => {
      const heavy = { ...event(), metadata: Buffer.alloc(17 * 1024 * 1024) };
      expect((await log.append(stream, 'any', [heavy])).kind).to.equal('too-large');
    });

    it('separates streams whose long names differ at the end', async () => {
      const long = `${'n'.repeat(5_000)}-${stream}`;
      await log.append(`${long}a`, 'any', events(1));
      await log.append(`${long}b`, 'any', events(2));
      expect(revisions(log, `${long}a`)).to.have.length(1);
      expect(log.readStream(`${long}b`, 0n, 'forwards', 9)[1]?.stream).to.equal(`${long}b`);
    });

    it('never dates an event before the one it follows', async () => {
      await log.append(stream, 'any', events(1));
      now -= 60n * SECOND;
      await log.append(stream, 'any', events(1));
      const [first, second] = log.readStream(stream, 0n, 'forwards', 2);
      expect(second!.created >= first!.created).to.equal(true);
      now += 60n * SECOND;
    });
  });

  describe('reading a stream', () => {
    it('includes the given revision in both directions', async () => {
      await log.append(stream, 'any', events(5));
      const read = (from: bigint, direction: 'forwards' | 'backwards', max: number) =>
        log.readStream(stream, from, direction, max).map(({ revision }) => revision);
      expect(read(1n, 'forwards', 2)).to.deep.equal([1n, 2n]);
      expect(read(3n, 'backwards', 2)).to.deep.equal([3n, 2n]);
      expect(read(END, 'backwards', 1)).to.deep.equal([4n]);
      expect(read(5n, 'forwards', 2)).to.deep.equal([]);
      expect(read(0n, 'forwards', 0)).to.deep.equal([]);
    });

    it('stops at the byte limit, but not before the first event', async () => {
      await log.append(stream, 'any', [event('x'.repeat(300)), event('x'.repeat(300)), event('x'.repeat(300))]);
      expect(log.readStream(stream, 0n, 'forwards', 10, 700)).to.have.length(2);
      expect(log.readStream(stream, 0n, 'forwards', 10, 1)).to.have.length(1);
    });

    it('applies maxCount, truncation and age', async () => {
      await log.append(stream, 'any', events(3));
      now += 100n * SECOND;
      await log.append(stream, 'any', events(3));
      await log.append(`$$${stream}`, 'any', [event('{"$maxCount":5}', '$metadata')]);
      expect(revisions(log, stream)).to.deep.equal([1n, 2n, 3n, 4n, 5n]);
      await log.append(`$$${stream}`, 'any', [event('{"$maxAge":50}', '$metadata')]);
      expect(revisions(log, stream)).to.deep.equal([3n, 4n, 5n]);
      await log.append(`$$${stream}`, 'any', [event('{"$tb":5,"$maxAge":50}', '$metadata')]);
      expect(revisions(log, stream)).to.deep.equal([5n]);
    });

    it('returns only the newest event of a metadata stream', async () => {
      await log.append(`$$${stream}`, 'any', [event('{"$maxCount":5}'), event('{"$maxCount":6}')]);
      expect(revisions(log, `$$${stream}`)).to.deep.equal([1n]);
    });
  });

  describe('reading the whole log', () => {
    it('includes its start forwards and excludes it backwards', async () => {
      await log.append(stream, 'any', events(3));
      const [first, second, third] = log.readStream(stream, 0n, 'forwards', 3).map(({ position }) => position);
      const read = (from: bigint, direction: 'forwards' | 'backwards') => log.readAll(from, direction, 1)[0]?.position;
      expect(read(second!, 'forwards')).to.equal(second);
      expect(read(second!, 'backwards')).to.equal(first);
      expect(read(second! + 1n, 'forwards')).to.equal(third);
      expect(read(END, 'backwards')).to.equal(log.lastPosition());
      expect(read(0n, 'backwards')).to.equal(undefined);
    });
  });

  describe('deleting a stream', () => {
    it('hides the events until the next append, which continues the numbering', async () => {
      await log.append(stream, 'any', events(3));
      expectAppended(await log.softDelete(stream, 2n));
      expect(log.state(stream).softDeleted).to.equal(true);
      expect(revisions(log, stream)).to.deep.equal([]);
      expect(expectAppended(await log.append(stream, 'no-stream', events(1))).revision).to.equal(3n);
      expect(log.state(stream)).to.include({ softDeleted: false, truncateBefore: 3n });
      expect(revisions(log, stream)).to.deep.equal([3n]);
    });

    it('is undone by new metadata, whose settings are kept', async () => {
      await log.append(stream, 'any', events(2));
      await log.softDelete(stream, 'any');
      await log.append(`$$${stream}`, 'any', [event('{"$maxCount":9}', '$metadata')]);
      expect(log.state(stream).metadata).to.deep.equal({ maxCount: 9n, truncateBefore: 2n });
    });

    it('is rejected for a stream that never existed', async () => {
      expect((await log.softDelete(stream, 'any')).kind).to.equal('wrong-expected-revision');
    });

    it('checks the expected revision', async () => {
      await log.append(stream, 'any', events(2));
      expect(await log.softDelete(stream, 0n)).to.deep.equal({ kind: 'wrong-expected-revision', current: 1n });
    });
  });

  describe('a tombstone', () => {
    it('ends a stream for good, even one that never existed', async () => {
      expectAppended(await log.tombstone(stream, 'no-stream'));
      expect(log.state(stream).tombstoned).to.equal(true);
      expect((await log.append(stream, 'any', events(1))).kind).to.equal('stream-deleted');
      expect((await log.tombstone(stream, 'any')).kind).to.equal('stream-deleted');
      expect(log.readAll(log.lastPosition(), 'forwards', 1)[0]).to.include({ type: '$streamDeleted', revision: END });
    });
  });

  describe('following a link', () => {
    it('resolves to the event it names', async () => {
      await log.append(stream, 'any', events(2));
      await log.append(`${stream}@links`, 'any', [link(`1@${stream}`), link(`0@${stream}@links`)]);
      const [first, second] = log.readStream(`${stream}@links`, 0n, 'forwards', 2);
      expect(log.resolveLink(first!)).to.deep.equal({
        event: log.readStream(stream, 1n, 'forwards', 1)[0],
        link: first,
      });
      expect(log.resolveLink(second!).event).to.deep.equal(first);
    });

    it('resolves to nothing when the target is truncated', async () => {
      await log.append(stream, 'any', events(2));
      await log.append(`$$${stream}`, 'any', [event('{"$tb":1}')]);
      await log.append(`${stream}-links`, 'any', [link(`0@${stream}`)]);
      const [only] = log.readStream(`${stream}-links`, 0n, 'forwards', 1);
      expect(log.resolveLink(only!)).to.deep.equal({ event: undefined, link: only });
    });

    it('treats a malformed link as a plain event', async () => {
      await log.append(stream, 'any', [link('nonsense')]);
      const [only] = log.readStream(stream, 0n, 'forwards', 1);
      expect(log.resolveLink(only!)).to.deep.equal({ event: only, link: undefined });
    });
  });

  it('notifies listeners of every commit once it can be read', async () => {
    const committedPositions: bigint[] = [];
    const stop = log.onCommit((position) => {
      expect(log.readAll(position, 'forwards', 1)[0]?.position).to.equal(position);
      committedPositions.push(position);
    });
    await log.append(stream, 'any', events(2));
    stop();
    const last = log.lastPosition();
    await log.append(stream, 'any', events(1));
    expect(committedPositions).to.deep.equal([last]);
  });
});

describe('reopening an event log', () => {
  it('restores everything, continues the positions and still recognises a retry', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'event-log-spec-'));
    const first = await openEventLog({ path: directory });
    const originals = events(2);
    const outcome = await first.append('moc-1', 'any', originals);
    await first.append('moc-3', 'any', originals);
    await first.softDelete('moc-3', 'any');
    await first.tombstone('moc-2', 'any');
    await first.close();

    const second = await openEventLog({ path: directory });
    expect(second.state('moc-3').softDeleted).to.equal(true);
    expect(second.state('moc-2').tombstoned).to.equal(true);
    expect(second.readAll(0n, 'forwards', 10)).to.have.length(6);
    expect(await second.append('moc-1', 'no-stream', originals)).to.deep.equal(outcome);
    expect(expectAppended(await second.append('moc-1', 'any', originals)).revision).to.equal(3n);
    await second.close();
    rmSync(directory, { recursive: true });
  });

  it('rejects a read when the tables have lost a record', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'event-log-spec-'));
    const first = await openEventLog({ path: directory });
    for (let count = 0; count < 5; count += 1) await first.append('moc-1', 'any', events(1));
    await first.append('moc-2', 'any', events(1));
    const lostPosition = first.readAll(0n, 'forwards', 10)[2]!.position;
    await first.close();
    const tables = openTables(directory, true);
    tables.transaction(() => void tables.records.removeSync(Number(lostPosition)));
    await tables.close();

    const second = await openEventLog({ path: directory });
    expect(second.readStream('moc-2', 0n, 'forwards', 10)).to.have.length(1);
    expect(second.readStream('moc-1', 0n, 'forwards', 2)).to.have.length(2);
    expect(() => second.readStream('moc-1', 0n, 'forwards', 3)).to.throw(RecordDamaged);
    expect(second.readAll(0n, 'forwards', 2)).to.have.length(2);
    expect(() => second.readAll(0n, 'forwards', 3)).to.throw(RecordDamaged);
    expect(() => second.readAll(END, 'backwards', 10)).to.throw(RecordDamaged);
    await second.close();
    rmSync(directory, { recursive: true });
  });

  it('is rejected while the log is open', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'event-log-spec-'));
    const first = await openEventLog({ path: directory });
    await first.append('moc-1', 'any', events(1));
    const refusal = await openEventLog({ path: directory }).catch(String);
    expect(refusal).to.contain('Another event store runs on');
    expect(expectAppended(await first.append('moc-1', 0n, events(1))).revision).to.equal(1n);
    await first.close();
    const second = await openEventLog({ path: directory });
    expect(second.readStream('moc-1', 0n, 'forwards', 10)).to.have.length(2);
    await second.close();
    rmSync(directory, { recursive: true });
  });

  it('rejects appends once closed', async () => {
    const log = await openEventLog({ mem: true });
    await log.close();
    const refusal = await log.append('moc-1', 'any', events(1)).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(LogUnavailable).with.property('reason', 'closed');
  });
});
