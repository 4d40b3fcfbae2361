import { expect } from 'chai';
import { readStreamEvents } from '@lego-moc/event-store/read-stream';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { newId } from '@lego-moc/application/new-id';
import fc from 'fast-check';
import { pollUntil } from '@lego-moc/application/poll-until';
import { streamDefinition } from './definition.ts';
import { createFollower } from './follow.ts';
import type { Projection } from './projection.ts';
import { followProjection } from './run-projection.ts';
import {
  box,
  boxCodec,
  boxTally,
  hashOf,
  openToyShop,
  put,
  type BoxEvent,
  type TallyRow,
  type ToyShop,
} from './testing/toy-box.ts';

const messagesOf = async ({ client, category }: ToyShop, id: string): Promise<readonly DeliveredEvent[]> => {
  const messages: DeliveredEvent[] = [];
  for await (const message of readStreamEvents(client, `${category}-${id}`)) messages.push(message);
  return messages;
};

const bricksOf = async ({ db }: ToyShop, id: string) => {
  const row = await db.oneOrNone<TallyRow>('SELECT bricks FROM box_tally WHERE id = $1', [id]);
  return row?.bricks.map(({ part, count }) => `${count} ${part}`);
};

describe('members of rows', function () {
  this.timeout(60_000);
  let shop: ToyShop;

  const definition = () => streamDefinition(boxTally(shop.category), boxCodec);
  const newFollower = () => createFollower(shop.client, shop.store, definition());

  before(async () => {
    shop = await openToyShop();
    await shop.store.prepare(definition());
  });

  it('are read in the order of the array', async () => {
    const id = newId();
    await put(shop, id, box.opened, box.added('3001'), box.added('3024'), box.added('3005'), box.added('3001'));
    await newFollower()(await messagesOf(shop, id));
    expect(await bricksOf(shop, id)).to.deep.equal(['1 3024', '1 3005', '2 3001']);
  });

  it('are empty for an empty row, and removed with their row', async () => {
    const [emptyId, closedId] = [newId(), newId()];
    const follow = newFollower();
    await put(shop, emptyId, box.opened);
    await put(shop, closedId, box.opened, box.added('3001'), box.added('3024'));
    await follow([...(await messagesOf(shop, emptyId)), ...(await messagesOf(shop, closedId))]);
    expect(await bricksOf(shop, emptyId)).to.deep.equal([]);

    await put(shop, closedId, box.closed);
    await follow((await messagesOf(shop, closedId)).slice(-1));
    expect(await bricksOf(shop, closedId)).to.equal(undefined);
    const remainingKeys = await shop.db.any('SELECT key FROM box_tally_1_bricks WHERE id = $1', [closedId]);
    expect(remainingKeys).to.deep.equal([]);
  });

  it('are written only where they differ', async () => {
    const id = newId();
    const versions = () =>
      shop.db.any<{ key: string }>('SELECT key, xmin::text FROM box_tally_1_bricks WHERE id = $1 ORDER BY key', [id]);
    const follow = newFollower();
    await put(shop, id, box.opened, box.added('a'), box.added('b'), box.added('c'));
    await follow(await messagesOf(shop, id));
    const before = await versions();

    await put(shop, id, box.added('c'));
    await follow((await messagesOf(shop, id)).slice(-1));
    const after = await versions();
    expect(after.slice(0, 2)).to.deep.equal(before.slice(0, 2));
    expect(after[2]).not.to.deep.equal(before[2]);
    expect(await bricksOf(shop, id)).to.deep.equal(['1 a', '1 b', '2 c']);
  });

  it('are the same however often, in whatever order and to how many consumers messages are delivered', async () => {
    const ids = Array.from({ length: 8 }, () => newId());
    for (const [index, id] of ids.entries()) {
      const bricks = Array.from({ length: 2 * index }, (_, brick) => box.added(`p${(brick * index) % 5}`));
      await put(shop, id, box.opened, ...bricks, ...(index % 4 === 3 ? [box.closed] : []));
    }
    const messages = (await Promise.all(ids.map((id) => messagesOf(shop, id)))).flat();
    const follow = newFollower();
    for (const message of messages) await follow([message]);
    const inOrder = await hashOf(shop.db, 'box_tally');
    const revisions = await shop.db.any<{ id: string }>('SELECT id FROM box_tally_revisions');

    const disorder = fc.shuffledSubarray([...messages, ...messages], { minLength: 2 * messages.length });
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2 * messages.length });
    await fc.assert(
      fc.asyncProperty(disorder, sizes, async (disorderedMessages, together) => {
        await shop.db.none('DELETE FROM box_tally_1 WHERE id = ANY ($1)', [ids]);
        await shop.db.none('DELETE FROM box_tally_1_bricks WHERE id = ANY ($1)', [ids]);
        const rest = [...disorderedMessages];
        const consumers = [newFollower(), newFollower(), newFollower()];
        const batches = together.map((size) => rest.splice(0, size)).filter((batch) => batch.length > 0);
        await Promise.all(
          consumers.map(async (consumer, turn) => {
            for (const batch of batches.filter((_, index) => index % consumers.length === turn)) await consumer(batch);
          }),
        );
        expect(await hashOf(shop.db, 'box_tally')).to.equal(inOrder);
      }),
      { numRuns: 15 },
    );
    expect(await shop.db.any('SELECT id FROM box_tally_revisions')).to.have.length(revisions.length);
  });

  it('are computed again when another consumer has replaced the row', async () => {
    const id = newId();
    const [first, second] = [newFollower(), newFollower()];
    await put(shop, id, box.opened, box.added('a'), box.added('b'), box.added('b'), box.added('b'));
    const messages = await messagesOf(shop, id);
    await first(messages.slice(0, 2));
    await second(messages.slice(0, 3));
    // The first consumer must see the other one's member neither before nor afterwards.
    await first(messages.slice(2));
    expect(await bricksOf(shop, id)).to.deep.equal(['1 a']);
  });

  it('are computed again when the row was deleted', async () => {
    const id = newId();
    const follow = newFollower();
    await put(shop, id, box.opened, box.added('a'), box.added('b'));
    await follow(await messagesOf(shop, id));
    await shop.db.none('DELETE FROM box_tally_1 WHERE id = $1', [id]);
    await shop.db.none('DELETE FROM box_tally_1_bricks WHERE id = $1', [id]);

    await put(shop, id, box.added('c'));
    await follow((await messagesOf(shop, id)).slice(-1));
    expect(await bricksOf(shop, id)).to.deep.equal(['1 a', '1 b', '1 c']);
  });

  it('are rebuilt like rows, also when the column was no column of members before', async () => {
    const hashBefore = await hashOf(shop.db, 'box_tally');
    let running = followProjection(shop.host, boxTally(shop.category), boxCodec);
    await running.rebuild();
    expect(await hashOf(shop.db, 'box_tally')).to.equal(hashBefore);
    await running.stop();

    const whole: Projection<BoxEvent, TallyRow> = { ...boxTally(shop.category), columns: { bricks: 'json' } };
    for (const shape of [whole, boxTally(shop.category)]) {
      const { generation } = await running.status();
      running = followProjection(shop.host, shape, boxCodec);
      await pollUntil('rebuilt', async () => (await running.status()).generation > generation);
      expect(await hashOf(shop.db, 'box_tally')).to.equal(hashBefore);
      await running.stop();
      const tables = await shop.db.any<{ name: string }>(
        "SELECT tablename AS name FROM pg_tables WHERE tablename LIKE 'box_tally_%' ORDER BY name",
      );
      const own = `box_tally_${generation + 1}`;
      expect(tables.map(({ name }) => name)).to.deep.equal(shape === whole ? [own] : [own, `${own}_bricks`]);
    }
  });
});
