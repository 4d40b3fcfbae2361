import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'chai';
import { jsonEvent } from '@eventstore/db-client';
import { pollUntil } from '@lego-moc/application/poll-until';
import { readStreamEvents } from '@lego-moc/event-store/read-stream';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { groupInfo, parkedMessages } from '@lego-moc/event-store/persistent-groups';
import { newId } from '@lego-moc/application/new-id';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { awaitRevision } from './testing/await-revision.ts';
import { streamDefinition } from './definition.ts';
import { createFollower } from './follow.ts';
import { followProjection } from './run-projection.ts';
import { box, boxCodec, boxShelf, hashOf, openToyShop, put, type ToyShop } from './testing/toy-box.ts';

const untilRevision = (shop: ToyShop, id: string, revision: bigint): Promise<boolean> =>
  pollUntil(`revision ${revision} of ${id}`, () =>
    awaitRevision(shop.store, 'box-shelf', id, revision, 200).catch(() => false),
  );

/** A small linear congruential generator: the same seed gives the same disorder. */
const disorder = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
};

const shuffle = <T>(items: readonly T[], random: () => number): readonly T[] =>
  items
    .map((item) => ({ item, at: random() }))
    .toSorted((left, right) => left.at - right.at)
    .map(({ item }) => item);

describe('a consumer that is killed between its commit and its acknowledgement', function () {
  this.timeout(40_000);

  const startConsumer = async ({ category, databaseUrl }: ToyShop, url: string): Promise<ChildProcess> => {
    const child = fork(join(import.meta.dirname, 'testing/killed-consumer.ts'), [], {
      env: { ...process.env, CATEGORY: category, EVENTSTORE_URL: url, DATABASE_URL: databaseUrl },
    });
    await once(child, 'message');
    return child;
  };

  it('applies its message once', async () => {
    const shop = await openToyShop();
    const { url } = await eventStoreForTests();
    const id = newId();
    await put(shop, id, box.opened);

    const victim = await startConsumer(shop, url); // tells when it has committed, and never answers
    victim.kill('SIGKILL');
    await once(victim, 'exit');
    const committedRow = await shop.db.one('SELECT * FROM box_shelf WHERE id = $1', [id]);

    const heir = followProjection(shop.host, boxShelf(shop.category), boxCodec);
    const { group } = await heir.status();
    await pollUntil('delivered again and acknowledged', async () => {
      const info = await groupInfo(shop.client, group, { streamPrefixes: [`${shop.category}-`] });
      return (await heir.status()).state === 'live' && info?.inFlight === 0 && info.waiting === 0;
    });
    const revision = await put(shop, id, box.added('3001'));
    await untilRevision(shop, id, revision);
    expect(committedRow).to.include({ revision: 0n, studs: 0 });
    expect(await shop.db.one('SELECT parts, studs FROM box_shelf WHERE id = $1', [id])).to.deep.equal({
      parts: ['3001'],
      studs: 4,
    });
    await heir.stop();
  });
});

describe('messages delivered twice and out of order', () => {
  it('lead to the same rows, and so does a replay from the beginning', async function () {
    this.timeout(40_000);
    const shop = await openToyShop();
    const shelf = boxShelf(shop.category);
    const ids = Array.from({ length: 12 }, () => newId());
    for (const [index, id] of ids.entries()) {
      const bricks = Array.from({ length: index }, (_, brick) => box.added(`p${brick}`));
      await put(shop, id, box.opened, ...bricks, ...(index % 3 === 0 ? [box.closed] : []));
    }

    const messages: DeliveredEvent[] = [];
    for (const id of ids)
      for await (const message of readStreamEvents(shop.client, `${shop.category}-${id}`)) messages.push(message);

    const definition = streamDefinition(shelf, boxCodec);
    const follow = createFollower(shop.client, shop.store, definition);
    for (const message of messages) await follow([message]);
    const inOrder = await hashOf(shop.db);

    const seeds = [1, 2, 3, 4, 5];
    for (const [seed, together] of seeds.flatMap((number) => [[number, 1] as const, [number, 5] as const])) {
      await shop.db.none('TRUNCATE box_shelf_1');
      const random = disorder(seed);
      const twice = shuffle([...messages, ...messages], random);
      const batches = Array.from({ length: Math.ceil(twice.length / together) }, (_, batch) =>
        twice.slice(batch * together, (batch + 1) * together),
      );
      for (let next = 0; next < batches.length; next += 6) await Promise.all(batches.slice(next, next + 6).map(follow));
      expect(await hashOf(shop.db), `seed ${seed}, ${together} together`).to.equal(inOrder);
    }

    const running = followProjection(shop.host, shelf, boxCodec);
    await running.rebuild();
    expect(await hashOf(shop.db)).to.equal(inOrder);
    await running.stop();
  });
});

describe('an event that cannot be read', function () {
  this.timeout(40_000);

  it('is parked after its retries while later ones go on, and repaired by a replay', async () => {
    const shop = await openToyShop();
    let reads = 0;
    let curable = false;
    const picky: typeof boxCodec = {
      ...boxCodec,
      decode: (type, data) => {
        if ((data as { part?: string }).part === 'poison') {
          reads += 1;
          if (!curable) throw new Error('No such part');
        }
        return boxCodec.decode(type, data);
      },
    };
    const running = followProjection(shop.host, boxShelf(shop.category), picky);
    const sick = newId();
    const healthy = newId();
    await put(shop, sick, box.opened);
    await put(shop, sick, box.added('poison'));
    await untilRevision(shop, healthy, await put(shop, healthy, box.opened, box.added('3001')));

    await pollUntil('parked', async () => (await running.status()).parked === 1, Boolean, 15_000);
    expect(reads).to.equal(4);
    const [parkedMessage] = await running.deadLetters.list();
    expect(parkedMessage).to.include({ reason: 'Error: No such part', link: `1@${shop.category}-${sick}` });
    expect(parkedMessage?.event?.data).to.deep.equal({ part: 'poison', studs: 6 });

    curable = true;
    const cause = { commandId: newId(), correlationId: newId(), actor: 'olga' };
    expect((await running.deadLetters.replay(new Set([parkedMessage?.id ?? '']), cause)).replayed).to.equal(1);
    await untilRevision(shop, sick, 1n);
    expect(await shop.db.one('SELECT parts FROM box_shelf WHERE id = $1', [sick])).to.deep.equal({ parts: ['poison'] });
    await pollUntil('nothing is parked', async () => (await running.status()).parked === 0);
    const { group } = await running.status();
    expect(await parkedMessages(shop.client, group, { streamPrefixes: [`${shop.category}-`] })).to.deep.equal([]);
    await running.stop();
  });

  it('changes nothing and delays nothing when the codec does not know its type', async () => {
    const shop = await openToyShop();
    const running = followProjection(shop.host, boxShelf(shop.category), boxCodec);
    const id = newId();
    await put(shop, id, box.opened);
    await shop.client.appendToStream(`${shop.category}-${id}`, jsonEvent({ type: 'toys.BoxPainted', data: {} }));
    await untilRevision(shop, id, await put(shop, id, box.added('3001')));
    expect(await shop.db.one('SELECT revision, parts FROM box_shelf WHERE id = $1', [id])).to.deep.equal({
      revision: 2n,
      parts: ['3001'],
    });
    await running.stop();
  });
});

describe('a stream that is deleted for good', function () {
  this.timeout(40_000);

  it('keeps its row, parks nothing and holds up neither other streams nor a rebuild', async () => {
    const shop = await openToyShop();
    const running = followProjection(shop.host, boxShelf(shop.category), boxCodec);
    closeAfterAllTests(() => running.stop());
    const [deletedId, otherId] = [newId(), newId()];
    await untilRevision(shop, deletedId, await put(shop, deletedId, box.opened));
    await shop.client.tombstoneStream(`${shop.category}-${deletedId}`);
    await untilRevision(shop, otherId, await put(shop, otherId, box.opened));

    await pollUntil('everything is handled', async () => (await running.status()).lag === 0);
    expect(await running.status()).to.include({ parked: 0, rows: 2 });
    expect(await shop.store.revisionOf('box-shelf', deletedId)).to.equal(0n);
    expect(await running.rebuild()).to.include({ failed: 0, rows: 2 });
  });
});
