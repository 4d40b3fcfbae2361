import { expect } from 'chai';
import type { Instant } from '@lego-moc/kernel/message';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import type { EventStoreClient } from './connect.ts';
import { addLags, measureLag, measureLagSeconds } from './lag.ts';
import { newCategory, placeBrick } from './testing/toys.ts';

const figures = { waiting: 3, inFlight: 2, lastCheckpointed: undefined };
const handledAt = (revision: bigint, recordedAt = new Date().toISOString()) => ({
  lastHandled: { revision, position: revision, recordedAt: recordedAt as Instant },
});
const wholeLog = { streamPrefixes: ['toys-'] };

describe('measureLag', () => {
  let client: EventStoreClient;
  let stream: string;

  before(async () => {
    ({ client } = await eventStoreForTests());
    stream = newCategory();
    for (const studs of [1, 2, 3, 4]) await placeBrick(client, stream, studs);
  });

  it('counts what waits and what is in flight while the group is live', async () => {
    expect(await measureLag(client, wholeLog, { ...figures, isLive: true }, handledAt(1n))).to.deep.equal({
      isBehind: false,
      events: 5,
    });
  });

  it('counts the events between the last handled one and the end of a stream while the group is behind', async () => {
    const lag = await measureLag(client, { stream }, { ...figures, isLive: false }, handledAt(1n));
    expect(lag).to.deep.equal({ isBehind: true, events: 2 });
  });

  it('counts all events of a stream of which nothing was handled, and none of a missing stream', async () => {
    const behind = { ...figures, isLive: false };
    expect((await measureLag(client, { stream }, behind, { lastHandled: undefined })).events).to.equal(4);
    expect((await measureLag(client, { stream: newCategory() }, behind, handledAt(7n))).events).to.equal(0);
  });

  it('gives the age of the last handled event while the group is behind in the whole log', async () => {
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
    const lag = await measureLag(client, wholeLog, { ...figures, isLive: false }, handledAt(1n, hourAgo));
    expect(lag).to.deep.include({ isBehind: true, events: null });
    expect(lag.seconds).to.be.within(3_600, 3_660);
  });
});

describe('addLags', () => {
  it('adds events and takes the greatest age', () => {
    const live = { isBehind: false, events: 2 };
    expect(addLags([live, live])).to.deep.equal({ isBehind: false, events: 4 });
    expect(addLags([live, { isBehind: true, events: null, seconds: 9 }])).to.deep.equal({
      isBehind: true,
      events: null,
      seconds: 9,
    });
  });
});

describe('measureLagSeconds', () => {
  const aMinuteAgo = (): Instant => new Date(Date.now() - 60_000).toISOString() as Instant;
  let client: EventStoreClient;
  let stream: string;

  before(async () => {
    ({ client } = await eventStoreForTests());
    stream = newCategory();
    await placeBrick(client, stream, 1);
  });

  it('is 0 when nothing waits', async () => {
    const idle = { ...figures, waiting: 0, inFlight: 0, isLive: true };
    expect(await measureLagSeconds(client, wholeLog, idle, { lastHandled: undefined })).to.equal(0);
  });

  it('is the age of the oldest event that is being handled', async () => {
    const status = { ...handledAt(1n), oldestInFlight: aMinuteAgo() };
    expect(await measureLagSeconds(client, wholeLog, { ...figures, isLive: true }, status)).to.be.within(60, 120);
  });

  it('is the age of the first event of a stream of which nothing was handled, and 0 behind its last one', async () => {
    const behind = { ...figures, isLive: false };
    expect(await measureLagSeconds(client, { stream }, behind, { lastHandled: undefined })).to.be.within(0, 60);
    expect(await measureLagSeconds(client, { stream }, behind, handledAt(0n))).to.equal(0);
  });

  it('is unknown when the group is behind in the whole log and this process has handled nothing', async () => {
    const behind = { ...figures, isLive: false };
    expect(await measureLagSeconds(client, wholeLog, behind, { lastHandled: undefined })).to.equal(undefined);
    expect(await measureLagSeconds(client, wholeLog, behind, handledAt(1n, aMinuteAgo()))).to.be.within(60, 120);
  });
});
