import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { eventually } from '../contract/waiting.ts';
import { LogUnavailable, type EventLog } from '../storage/event-log.ts';
import { openEventLog } from '../storage/open-event-log.ts';
import { ALL, checkpointStreamOf, keyOf, parkedStreamOf, type GroupRequest } from './group-definition.ts';
import { groupsOn, type Groups } from './groups.ts';
import { usualSettings } from './testing/small-world.ts';

const readers: GroupRequest = {
  stream: 'orders-1',
  name: 'readers',
  settings: { ...usualSettings, minCheckpointCount: 1, maxCheckpointCount: 1 },
  startFrom: 0n,
  filter: undefined,
};

const orderEvent = (number: number) => ({
  id: randomUUID(),
  type: 'Ordered',
  contentType: 'application/json' as const,
  data: Buffer.from(JSON.stringify({ number })),
  metadata: new Uint8Array(),
});

/** A connection that takes everything and remembers what came: the numbers of the orders and the ids to answer by. */
const connect = (groups: Groups, request: GroupRequest, bufferSize = 10) => {
  const numbers: number[] = [];
  const ids: string[] = [];
  const state = { dropped: false };
  groups.find(request)?.connect(
    { id: randomUUID(), bufferSize, username: '', connectionName: '' },
    {
      deliver: ({ event, link }) => {
        const { number } = JSON.parse(Buffer.from(event?.data ?? []).toString('utf8')) as { number: number };
        numbers.push(number);
        ids.push((link ?? event)?.id ?? '');
        return true;
      },
      drop: () => {
        state.dropped = true;
      },
    },
  );
  return { numbers, ids, state };
};

describe('storing groups in the log', () => {
  let log: EventLog;
  let groups: Groups;

  /** As after kill -9: nothing is told that it ends. */
  const startAgain = () => {
    groups.close();
    groups = groupsOn(log, () => performance.now());
  };

  beforeEach(async () => {
    log = await openEventLog({ mem: true });
    groups = groupsOn(log, () => performance.now());
  });
  afterEach(async () => {
    groups.close();
    await log.close();
  });

  it('restores every group after a restart, with its settings and its filter', async () => {
    const watchers: GroupRequest = {
      ...readers,
      stream: ALL,
      name: 'watchers',
      startFrom: 'end',
      filter: { on: 'stream-name', matching: { prefixes: ['orders-'] } },
    };
    await Promise.all([groups.create(readers, 'ann'), groups.create(watchers, 'ben')]);
    startAgain();
    expect(groups.find(readers)?.definition).to.deep.include(readers);
    expect(groups.find(watchers)?.definition).to.deep.include(watchers);
  });

  it('resumes after the checkpoint when it is restarted', async () => {
    await log.append('orders-1', 'any', [1, 2, 3].map(orderEvent));
    await groups.create(readers, 'ann');
    const before = connect(groups, readers);
    await eventually(() => expect(before.numbers).to.have.length(3));
    groups.find(readers)?.tell({ on: 'acked', ids: before.ids.slice(0, 2) });
    // The reported checkpoint may not be stored yet, so the test waits for the checkpoint stream.
    await eventually(() => expect(log.state(checkpointStreamOf(keyOf(readers))).lastRevision).to.equal(0n));
    startAgain();
    const after = connect(groups, readers);
    await eventually(() => expect(after.numbers).not.to.be.empty);
    expect(after.numbers).to.deep.equal([3]);
  });

  it('starts a group from the end at the end of its creation, also after a restart', async () => {
    const late: GroupRequest = { ...readers, startFrom: 'end' };
    await log.append('orders-1', 'any', [orderEvent(1)]);
    await groups.create(late, 'ann');
    await log.append('orders-1', 'any', [orderEvent(2)]);
    startAgain();
    const consumer = connect(groups, late);
    await eventually(() => expect(consumer.numbers).not.to.be.empty);
    expect(consumer.numbers).to.deep.equal([2]);
    expect(groups.find(late)?.definition.startFrom).to.equal('end');
  });

  it('counts replayed and unanswered messages as parked after a restart', async () => {
    await log.append('orders-1', 'any', [1, 2].map(orderEvent));
    await groups.create(readers, 'ann');
    const before = connect(groups, readers);
    await eventually(() => expect(before.numbers).to.have.length(2));
    groups.find(readers)?.tell({ on: 'nacked', ids: before.ids, action: 'park', reason: 'later' });
    await eventually(() => expect(groups.find(readers)?.report().parkedCount).to.equal(2n));
    groups.find(readers)?.replayParked(undefined);
    await eventually(() => expect(before.numbers).to.have.length(4));
    expect(groups.find(readers)?.report().parkedCount).to.equal(0n);
    startAgain();
    expect(groups.find(readers)?.report().parkedCount).to.equal(2n);
  });

  it('drops the consumers of an updated group, and keeps its filter', async () => {
    const filter = { on: 'event-type', matching: { regex: '^Ordered' } } as const;
    const watchers: GroupRequest = { ...readers, stream: ALL, name: 'watchers', filter };
    await groups.create(watchers, 'ann');
    const consumer = connect(groups, watchers);
    await groups.update({ ...watchers, filter: undefined, settings: { ...usualSettings, maxRetryCount: 1 } }, 'ann');
    expect(consumer.state.dropped).to.equal(true);
    expect(groups.find(watchers)?.definition).to.deep.include({ filter });
    expect(groups.find(watchers)?.definition.settings.maxRetryCount).to.equal(1);
  });

  it('deletes a group with its checkpoint and its parked messages', async () => {
    await log.append('orders-1', 'any', [orderEvent(1)]);
    await groups.create(readers, 'ann');
    const before = connect(groups, readers);
    await eventually(() => expect(before.numbers).to.have.length(1));
    groups.find(readers)?.tell({ on: 'nacked', ids: before.ids, action: 'park', reason: 'later' });
    await eventually(() => expect(groups.find(readers)?.report().checkpoint).to.equal(0n));
    await groups.delete(readers, 'ann');
    expect(before.state.dropped).to.equal(true);
    expect(log.state(parkedStreamOf('orders-1::readers')).softDeleted).to.equal(true);
    expect(groups.ofStream('orders-1')).to.deep.equal([]);

    await groups.create(readers, 'ann');
    const after = connect(groups, readers);
    await eventually(() => expect(after.numbers).to.have.length(1));
    expect(groups.find(readers)?.report().parkedCount).to.equal(0n);
  });

  it('keeps a group that could not be deleted, and adds none that could not be created', async () => {
    await log.append('orders-1', 'any', [orderEvent(1)]);
    await groups.create(readers, 'ann');
    const full = new LogUnavailable('disk-full', 'The disk is full');
    let isFull = true;
    groups.close();
    groups = groupsOn(
      { ...log, append: (...request) => (isFull ? Promise.reject(full) : log.append(...request)) },
      () => performance.now(),
    );
    expect(await groups.delete(readers, 'ann').catch((error: unknown) => error)).to.equal(full);
    expect(await groups.create({ ...readers, name: 'others' }, 'ann').catch((error: unknown) => error)).to.equal(full);
    isFull = false;
    expect(groups.all().map(({ definition }) => definition.name)).to.deep.equal(['readers']);
    const consumer = connect(groups, readers);
    await eventually(() => expect(consumer.numbers).to.have.length(1));
  });

  it('rejects an existing or unknown group, a start beyond the end and an invalid filter', async () => {
    await groups.create(readers, 'ann');
    expect(await groups.create(readers, 'ben')).to.deep.equal({ refused: 'exists' });
    expect(await groups.update({ ...readers, name: 'others' }, 'ann')).to.deep.equal({ refused: 'does-not-exist' });
    expect(await groups.delete({ ...readers, name: 'others' }, 'ann')).to.deep.equal({ refused: 'does-not-exist' });
    const beyond = { ...readers, stream: ALL, startFrom: log.lastPosition() + 1n };
    expect(await groups.create(beyond, 'ann')).to.include({ refused: 'failed' });
    const filter = { on: 'stream-name', matching: { regex: '(' } } as const;
    expect(await groups.create({ ...readers, stream: ALL, filter }, 'ann')).to.include({ refused: 'failed' });
  });
});
