import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { EventLog, ProposedEvent } from '../storage/event-log.ts';
import { openEventLog } from '../storage/open-event-log.ts';
import { ALL, type GroupDefinition } from './group-definition.ts';
import { groupSource } from './group-source.ts';
import { recentEvents } from './recent-events.ts';
import { usualSettings } from './testing/small-world.ts';

const event = (type: string, data = ''): ProposedEvent => ({
  id: randomUUID(),
  type,
  contentType: 'application/octet-stream',
  data: Buffer.from(data),
  metadata: new Uint8Array(),
});

const definition: GroupDefinition = {
  stream: 'orders-1',
  name: 'readers',
  settings: usualSettings,
  startFrom: 0n,
  after: -1n,
  filter: undefined,
};

describe('reading the source of a group', () => {
  let log: EventLog;
  const sourceOf = (changes: Partial<GroupDefinition>) =>
    groupSource(log, recentEvents(log), { ...definition, ...changes });

  beforeEach(async () => {
    log = await openEventLog({ mem: true });
  });
  afterEach(() => log.close());

  it('reads a stream in pages and marks the last one as its end', async () => {
    await log.append(
      'orders-1',
      'any',
      ['A', 'B', 'C'].map((type) => event(type)),
    );
    const source = sourceOf({});
    const first = source.read(-1n, 2);
    expect(first).to.include({ considered: 2, upTo: 1n, end: false });
    expect(first.entries.map(({ position, previous }) => [position, previous])).to.deep.equal([
      [0n, -1n],
      [1n, 0n],
    ]);
    expect(source.read(first.upTo, 2)).to.include({ considered: 1, upTo: 2n, end: true });
    expect(source.read(2n, 2)).to.include({ considered: 0, upTo: 2n, end: true });
  });

  it('returns an empty last page for a stream that does not exist', () => {
    expect(sourceOf({ stream: 'nothing-1' }).read(-1n, 5)).to.deep.equal({
      entries: [],
      considered: 0,
      upTo: -1n,
      end: true,
    });
  });

  it('considers every event of $all and returns those that match the filter', async () => {
    await log.append('orders-1', 'any', [event('A'), event('B')]);
    await log.append('parcels-1', 'any', [event('C')]);
    await log.append('orders-2', 'any', [event('D')]);
    const source = sourceOf({ stream: ALL, filter: { on: 'stream-name', matching: { prefixes: ['orders-'] } } });
    const { entries, considered, upTo, end } = source.read(-1n, 10);
    expect(entries.map(({ ordinal }) => ordinal)).to.deep.equal([1, 2, 4]);
    expect({ considered, upTo, end }).to.deep.equal({ considered: 4, upTo: log.lastPosition(), end: true });
    expect(entries[2]?.previous).to.equal(log.readStream('parcels-1', 0n, 'forwards', 1)[0]?.position);
  });

  it('stops at the maximum of events and resumes from there', async () => {
    await log.append(
      'orders-1',
      'any',
      ['A', 'B', 'C'].map((type) => event(type)),
    );
    const source = sourceOf({ stream: ALL });
    const { entries, upTo, end } = source.read(-1n, 2);
    expect(entries).to.have.length(2);
    expect(end).to.equal(false);
    expect(source.read(upTo, 2).entries).to.have.length(1);
  });

  it('skips checkpoints and parked messages of groups on $all without considering them', async () => {
    await log.append(`$persistentsubscription-${ALL}::others-checkpoint`, 'any', [event('SubscriptionCheckpoint')]);
    await log.append(`$persistentsubscription-${ALL}::others-parked`, 'any', [event('$>', '0@orders-1')]);
    expect(sourceOf({ stream: ALL }).read(-1n, 10)).to.deep.equal({
      entries: [],
      considered: 0,
      upTo: log.lastPosition(),
      end: true,
    });
  });

  it('resolves links only with resolveLinkTos', async () => {
    await log.append('orders-1', 'any', [event('A')]);
    await log.append('links-1', 'any', [event('$>', '0@orders-1')]);
    const typeOf = (resolveLinkTos: boolean) => {
      const source = sourceOf({ stream: 'links-1', settings: { ...usualSettings, resolveLinkTos } });
      return source.load(source.read(-1n, 1).entries[0]?.logPosition ?? 0n, 'source').event?.type;
    };
    expect(typeOf(true)).to.equal('A');
    expect(typeOf(false)).to.equal('$>');
  });

  it('loads neither event nor link for a message without a record', async () => {
    await log.append('orders-1', 'any', [event('A')]);
    const position = log.lastPosition();
    expect(sourceOf({}).load(position + 1n, 'source')).to.deep.equal({ event: undefined, link: undefined });
  });

  it('reads parked messages before a revision, each by the id of its link', async () => {
    await log.append('orders-1', 'any', [event('A'), event('B')]);
    const parkedLinks = [event('$>', '0@orders-1'), event('$>', '1@orders-1')];
    await log.append('$persistentsubscription-orders-1::readers-parked', 'any', parkedLinks);
    const source = sourceOf({});
    const { entries } = source.readParked(0n, 1n, 10);
    expect(entries.map(({ ackId }) => ackId)).to.deep.equal([parkedLinks[0]?.id]);
    expect(source.load(entries[0]?.logPosition ?? 0n, 'parked').event?.type).to.equal('A');
    expect(source.readParked(2n, 2n, 10)).to.include({ considered: 0, end: true });
  });
});
