import { jsonEvent } from '@eventstore/db-client';
import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import { silentLogger } from '@lego-moc/logger/logger';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import type { EventStoreClient } from '../connect.ts';
import { operableGroup, type OperableGroup } from '../operable.ts';
import { subscribePersistently } from '../persistent-subscription.ts';
import type { Subscription } from '../subscription.ts';
import { EventStoreUnavailable } from '../unavailable.ts';
import { parseReason } from './parking-reason.ts';

const numberOf = (data: unknown): number => (data as { readonly number: number }).number;

describe('dead letters', function () {
  this.timeout(60_000);
  let client: EventStoreClient;
  let group: Omit<OperableGroup, 'pause' | 'resume'>;
  let subscription: Subscription;
  let poison: Set<number>;
  let outage = false;
  let handledNumbers: number[];

  const cause = () => ({ commandId: newId(), correlationId: newId(), actor: 'olga' });
  const numbersOf = async (): Promise<readonly number[]> =>
    (await group.deadLetters.list()).map(({ event }) => numberOf(event?.data));
  const idsOf = async (...numbers: readonly number[]): Promise<ReadonlySet<string>> => {
    const letters = await group.deadLetters.list();
    return new Set(letters.filter(({ event }) => numbers.includes(numberOf(event?.data))).map(({ id }) => id));
  };

  beforeEach(async () => {
    ({ client } = await eventStoreForTests());
    poison = new Set([1, 2, 3, 4]);
    handledNumbers = [];
    const stream = `toys-${newId()}`;
    const name = `packing-${newId()}`;
    const handle = async ({ data }: { readonly data: unknown }): Promise<void> => {
      await Promise.resolve();
      if (outage) throw new EventStoreUnavailable(new Error('away'));
      if (poison.has(numberOf(data))) throw new RangeError(`No lid fits ada@example.test`);
      handledNumbers.push(numberOf(data));
    };
    await client.appendToStream(
      stream,
      [0, 1, 2, 3, 4].map((number) => jsonEvent({ type: 'toys.BoxFilled', data: { number } })),
    );
    const source = { stream };
    subscription = subscribePersistently(client, { group: name, source, handle, logger: silentLogger });
    group = operableGroup(client, name, [{ source, handle, status: () => subscription.status() }]);
    await pollUntil('four are parked', async () => (await group.status()).parked === 4);
  });
  afterEach(() => subscription.stop());

  it('say why and where, without addresses, and are the same group for the same failure', async () => {
    const letters = await group.deadLetters.list();
    expect(new Set(letters.map(({ groupKey }) => groupKey)).size).to.equal(1);
    expect(letters[0]).to.include({ reason: 'RangeError: No lid fits [address]', attempts: 1, discardedAt: null });
    expect(letters[0]?.frame).to.match(
      /^building-blocks\/event-store\/dead-letters\/dead-letters\.int\.spec\.ts:\d+:\d+$/,
    );
  });

  it('are replayed as selected; those that fail again have come back', async () => {
    poison = new Set([2]);
    const result = await group.deadLetters.replay(await idsOf(2, 3), cause());
    expect(result).to.deep.equal({ replayed: 1, failed: 1, total: 2 });
    expect(handledNumbers.filter((number) => number !== 0)).to.deep.equal([3]);
    const letters = await group.deadLetters.list();
    expect(letters.map(({ event, attempts }) => [numberOf(event?.data), attempts]).toSorted()).to.deep.equal([
      [1, 1],
      [2, 2],
      [4, 1],
    ]);
    expect((await group.status()).parked).to.equal(3);
  });

  it('are forgotten by the store when the oldest were handled', async () => {
    poison = new Set();
    await group.deadLetters.replay(await idsOf(1, 2, 3, 4), cause());
    expect(await numbersOf()).to.deep.equal([]);
    await pollUntil('the store has none', async () => (await group.status()).parked === 0);
    expect(new Set(handledNumbers)).to.deep.equal(new Set([0, 1, 2, 3, 4]));
  });

  it('are hidden by a discard, which leaves the others and can be undone', async () => {
    const ids = await idsOf(1, 4);
    await group.deadLetters.discard(ids, cause());
    expect((await group.status()).parked).to.equal(2);
    const discardedLetters = (await group.deadLetters.list()).filter(({ discardedAt }) => discardedAt !== null);
    expect(discardedLetters.map(({ event }) => numberOf(event?.data)).toSorted()).to.deep.equal([1, 4]);
    await group.deadLetters.restore(ids, cause());
    expect((await group.status()).parked).to.equal(4);
    expect(handledNumbers).to.deep.equal([0]);
  });

  it('are acted on once by a command that is repeated', async () => {
    const once = cause();
    const ids = await idsOf(1);
    await group.deadLetters.discard(ids, once);
    await group.deadLetters.restore(ids, cause());
    await group.deadLetters.discard(ids, once);
    expect((await group.status()).parked).to.equal(4);
    expect(await group.deadLetters.outcomeOf(once.commandId)).to.deep.equal({ count: 1, failed: 0 });
  });

  it('stay as they are while something is away that their consumer stands on', async () => {
    outage = true;
    const error = await group.deadLetters.replay(await idsOf(1, 2), cause()).catch((failure: unknown) => failure);
    outage = false;
    expect(error).to.be.instanceOf(EventStoreUnavailable);
    expect((await group.deadLetters.list()).map(({ attempts }) => attempts)).to.deep.equal([1, 1, 1, 1]);
  });
});

describe('the reason of a dead letter', () => {
  it('is read whatever a store has written', () => {
    expect(parseReason("Client explicitly NAK'ed message.\r\nError: x\n    at contexts/a.ts:1:2")).to.deep.equal({
      ...{ reason: 'Error: x', frame: 'contexts/a.ts:1:2' },
    });
    expect(parseReason('unknown')).to.deep.equal({ reason: 'unknown', frame: undefined });
  });
});
