import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import type { MocId } from '../../domain/moc-id.ts';
import type { WebhookId } from '../../domain/webhook-events.ts';
import {
  TEST_TYPE,
  type Claim,
  type NewDelivery,
  type WebhookDeliveries,
} from '../../application/ports/webhook-deliveries.ts';
import { postgresWebhookLog } from './postgres-webhook-log.ts';
import { postgresWebhookQueue } from './postgres-webhook-queue.ts';
import { PENDING_MAX, webhookDeliveryMigration } from './webhook-tables.ts';

const SCHEMA = 'moc_management_webhooks';
const FREE = { owners: [], destinations: [] };
const SUCCESS = { status: 204, failure: null, durationMs: 12 };
const FAILURE = { status: 500, failure: 'status', durationMs: 12 };
const ada = 'ada' as UserId;
const STATES = ['delivered', 'failed', 'missed'] as const;

const about = (webhookId: WebhookId, more: Partial<NewDelivery> = {}): NewDelivery => ({
  ...{ deliveryId: newId(), webhookId, owner: ada, type: 'moc.liked', mocId: newId() as MocId, commentId: null },
  ...{ audience: 'readers', announcement: null, at: '2026-01-01T12:00:00.000Z' as Instant, isMissed: false },
  ...more,
});

describe('the queue of webhook deliveries in PostgreSQL', () => {
  let db: Database;
  let store: WebhookDeliveries;
  let webhookId: WebhookId;

  before(async () => {
    db = openDatabase(await (await postgresForTests()).databaseUrl(SCHEMA), { schema: SCHEMA });
    closeAfterAllTests(() => db.close());
    await migrate(db, SCHEMA, [webhookDeliveryMigration]);
    store = { ...postgresWebhookQueue(db), ...postgresWebhookLog(db) };
  });
  beforeEach(async () => {
    await db.none('TRUNCATE webhook_delivery, webhook_queue');
    webhookId = newId() as WebhookId;
  });

  const claim = async (): Promise<Claim> => {
    const result = await store.claim(FREE);
    if (result === undefined) throw new Error('nothing is due');
    return result;
  };
  const states = async () => (await store.log(webhookId, { limit: 100 })).map(({ state }) => state);
  const lapse = (table: string, column: string) =>
    db.none(`UPDATE ${table} SET ${column} = ${column} - interval '4 days'`);

  it('queues a delivery once, and hands its webhook to one instance at a time', async () => {
    const delivery = about(webhookId);
    await Promise.all([1, 2, 3].map(() => store.queue([delivery])));
    const claims = await Promise.all([1, 2, 3, 4].map(() => store.claim(FREE)));
    expect(claims.filter((result) => result !== undefined)).to.have.length(1);
    expect(await store.next(webhookId)).to.deep.include({ deliveryId: delivery.deliveryId, attempts: 0 });
    expect(await states()).to.deep.equal(['pending']);
  });

  it('hands over a webhook whose instance died, with the same message', async () => {
    const delivery = about(webhookId);
    await store.queue([delivery]);
    const first = await claim();
    expect(await store.claim(FREE)).to.equal(undefined);
    await db.none(`UPDATE webhook_queue SET leased_until = now()`);
    const second = await claim();
    expect(second.lease).not.to.equal(first.lease);
    expect((await store.next(webhookId))?.deliveryId).to.equal(delivery.deliveryId);
    // The first one was only slow: it must not end the claim of the second.
    await store.release(first, null);
    expect(await store.claim(FREE)).to.equal(undefined);
    await store.recordSuccess((await store.next(webhookId))!, SUCCESS);
    await store.release(second, null);
    expect(await states()).to.deep.equal(['delivered']);
  });

  it('loses no message that is queued while its webhook is given back', async () => {
    for (let round = 0; round < 30; round += 1) {
      await store.queue([about(webhookId)]);
      const current = await claim();
      await store.recordSuccess((await store.next(webhookId))!, SUCCESS);
      await Promise.all([store.queue([about(webhookId)]), store.release(current, null)]);
      const next = await claim();
      await store.recordSuccess((await store.next(webhookId))!, SUCCESS);
      await store.release(next, null);
    }
    expect(new Set(await states())).to.deep.equal(new Set(['delivered']));
  });

  it('passes over owners and destinations that are busy', async () => {
    await store.queue([about(webhookId)]);
    expect(await store.claim({ owners: [ada], destinations: [] })).to.equal(undefined);
    await store.release(await claim(), 'somewhere');
    expect(await store.claim({ owners: [], destinations: ['somewhere'] })).to.equal(undefined);
    expect(await store.claim({ owners: ['bob'], destinations: ['elsewhere'] })).to.include({ webhookId });
  });

  it('hands messages out in the order in which they were queued, tests first', async () => {
    const [first, second] = [about(webhookId), about(webhookId)];
    const test = about(webhookId, { type: TEST_TYPE, mocId: null });
    await store.queue([first, second]);
    await store.queue([test]);
    const order = [];
    for (let delivery = await store.next(webhookId); delivery !== undefined; delivery = await store.next(webhookId)) {
      order.push(delivery.deliveryId);
      await store.recordSuccess(delivery, SUCCESS);
    }
    expect(order).to.deep.equal([test.deliveryId, first.deliveryId, second.deliveryId]);
  });

  it('lets a failed message rest, and its webhook, unless a test is wanted', async () => {
    await store.queue([about(webhookId), about(webhookId)]);
    const first = await claim();
    const failure = { retryMs: 60_000, pauseMs: 60_000, generation: 0 };
    expect(await store.recordFailure((await store.next(webhookId))!, FAILURE, failure)).to.be.below(60_000);
    await store.release(first, null);
    expect(await store.claim(FREE), 'rests').to.equal(undefined);
    await store.queue([about(webhookId, { type: TEST_TYPE })]);
    expect(await claim()).to.include({ failures: 1 });
    expect((await store.log(webhookId, { limit: 10, state: 'pending' })).map(({ failure: why }) => why)).to.include(
      'status',
    );
  });

  it('ends a message after three days, and says for how long its webhook has failed', async () => {
    await store.queue([about(webhookId)]);
    const failure = { retryMs: 1, pauseMs: 0, generation: 0 };
    await store.recordFailure((await store.next(webhookId))!, FAILURE, failure);
    await db.none(`UPDATE webhook_delivery SET due_at = now()`);
    await lapse('webhook_delivery', 'queued_at');
    await lapse('webhook_queue', 'failing_since');
    const failingMs = await store.recordFailure((await store.next(webhookId))!, FAILURE, failure);
    expect(failingMs).to.be.at.least(4 * 86_400_000);
    expect(await states()).to.deep.equal(['failed']);
    await store.forgive(webhookId, 3);
    await store.queue([about(webhookId)]);
    expect(await claim()).to.deep.include({ failures: 0, generation: 3 });
  });

  it('misses what is beyond the limit, and what a disabled webhook would have got', async () => {
    await store.queue(Array.from({ length: PENDING_MAX }, () => about(webhookId)));
    await store.queue([about(webhookId), about(webhookId, { isMissed: true })]);
    expect((await store.log(webhookId, { limit: 10, state: 'missed' })).length).to.equal(2);
    const [oldest] = (await store.log(webhookId, { limit: PENDING_MAX + 2 })).slice(-1);
    expect(await store.replay(webhookId, oldest!.deliveryId, { states: STATES, limit: 1 })).to.equal(
      'too-many-pending',
    );
    await store.queue([about(webhookId, { type: TEST_TYPE })]);
    await store.miss(webhookId);
    expect(new Set(await states())).to.deep.equal(new Set(['missed', 'pending']));
  });

  it('replays from a message on, in pages, whatever the state, and tests never', async () => {
    const all = [1, 2, 3, 4].map(() => about(webhookId));
    await store.queue(all);
    for (let count = 0; count < all.length; count += 1)
      await store.recordSuccess((await store.next(webhookId))!, SUCCESS);
    await store.queue([about(webhookId, { type: TEST_TYPE })]);
    await store.recordSuccess((await store.next(webhookId))!, SUCCESS);
    const replay = (from: string, limit: number) => store.replay(webhookId, from, { states: STATES, limit });
    expect(await replay(newId(), 10)).to.equal('not-found');
    expect(await replay(all[1]!.deliveryId, 2)).to.deep.equal({ replayed: 2, next: all[3]!.deliveryId });
    expect(await replay(all[3]!.deliveryId, 2)).to.deep.equal({ replayed: 1, next: null });
    expect((await claim()).webhookId).to.equal(webhookId);
    expect((await store.next(webhookId))?.deliveryId).to.equal(all[1]!.deliveryId);
    expect((await states()).toSorted()).to.deep.equal(['delivered', 'delivered', 'pending', 'pending', 'pending']);
  });

  it('forgets a webhook, a user, and what is older than the log goes back', async () => {
    const other = newId() as WebhookId;
    await store.queue([about(webhookId), about(other)]);
    await store.forget(webhookId);
    expect(await states()).to.deep.equal([]);
    expect(await claim()).to.include({ webhookId: other });
    await store.forgetAllOf(ada);
    expect(await store.log(other, { limit: 1 })).to.deep.equal([]);
    await store.queue([about(webhookId)]);
    await db.none(`UPDATE webhook_delivery SET queued_at = now() - interval '31 days'`);
    await store.release(await claim(), null);
    await store.prune();
    expect(await states()).to.deep.equal([]);
    await store.release(await claim(), null);
    await store.prune();
    expect(await db.any('SELECT FROM webhook_queue')).to.deep.equal([]);
  });
});
