import { newId } from '@lego-moc/application/new-id';
import type { Database, Queries } from '@lego-moc/postgres/database';
import {
  TEST_TYPE,
  type Attempt,
  type Claim,
  type Delivery,
  type NewDelivery,
  type WebhookDeliveries,
} from '../../application/ports/webhook-deliveries.ts';
import { DELIVERY_COLUMNS, EXPIRES_AFTER, LEASE, PENDING_MAX } from './webhook-tables.ts';

type Queue = Pick<
  WebhookDeliveries,
  'queue' | 'claim' | 'release' | 'next' | 'recordSuccess' | 'recordFailure' | 'forgive' | 'miss' | 'oldestDueSeconds'
>;

const toRow = (delivery: NewDelivery) => ({ ...delivery, announcement: delivery.announcement?.toString() ?? null });

const insertDeliveries = `
  INSERT INTO webhook_delivery
    (delivery_id, webhook_id, owner, type, moc_id, comment_id, audience, announcement, at, state, due_at)
  SELECT new."deliveryId", new."webhookId", new.owner, new.type, new."mocId", new."commentId",
    new.audience, new.announcement, new.at, state.name, CASE state.name WHEN 'pending' THEN now() END
  FROM jsonb_to_recordset($<rows>::jsonb) AS new(
      "deliveryId" uuid, "webhookId" uuid, owner text, type text, "mocId" uuid, "commentId" uuid,
      audience text, announcement bigint, at timestamptz, "isMissed" boolean),
    LATERAL (SELECT count(*) FROM (SELECT FROM webhook_delivery AS pending
      WHERE pending.webhook_id = new."webhookId" AND pending.state = 'pending' LIMIT ${String(PENDING_MAX)}) AS few) AS pending,
    LATERAL (SELECT CASE WHEN new."isMissed" OR (pending.count >= ${String(PENDING_MAX)} AND new.type <> '${TEST_TYPE}') THEN 'missed' ELSE 'pending' END AS name) AS state
  ON CONFLICT (delivery_id) DO NOTHING`;

/** A test ends the rest of its webhook: whoever tries a receiver wants to know at once. */
const wakeQueues = `
  INSERT INTO webhook_queue AS queue (webhook_id, owner, due_at)
  SELECT DISTINCT "webhookId", owner, now() FROM jsonb_to_recordset($<rows>::jsonb) AS new("webhookId" uuid, owner text)
  ON CONFLICT (webhook_id) DO UPDATE SET due_at = least(queue.due_at, now()),
    paused_until = CASE WHEN $<isTest> THEN '-infinity' ELSE queue.paused_until END`;

const claimNext = `
  UPDATE webhook_queue SET lease = $<lease>, leased_until = now() + ${LEASE}
  WHERE webhook_id = (
    SELECT webhook_id FROM webhook_queue
    WHERE due_at <= now() AND paused_until <= now() AND leased_until <= now()
      AND owner <> ALL ($<owners>::text[]) AND destination <> ALL ($<destinations>::text[])
    ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING webhook_id AS "webhookId", owner, lease, failures, generation`;

const recordAttempt = (transaction: Queries, deliveryId: string, attempt: Attempt, change: string, values: object) =>
  transaction.result(
    `UPDATE webhook_delivery SET attempts = attempts + 1, attempted_at = now(), answer_status = $<status>,
       duration_ms = $<durationMs>, failure = $<failure>, ${change}
     WHERE delivery_id = $<deliveryId> AND state = 'pending'`,
    { ...attempt, ...values, deliveryId },
  );

const release =
  (db: Database): Queue['release'] =>
  (claim, destination) =>
    db.tx(async (transaction) => {
      // Locked first: a message that is being queued meanwhile is committed when the next statement looks for the first one.
      const row = await transaction.oneOrNone(
        'SELECT webhook_id FROM webhook_queue WHERE webhook_id = $<webhookId> AND lease = $<lease> FOR UPDATE',
        claim,
      );
      if (row === null) return;
      await transaction.none(
        `UPDATE webhook_queue SET lease = NULL, leased_until = '-infinity', destination = coalesce($<destination>, destination),
         due_at = coalesce((SELECT min(due_at) FROM webhook_delivery
           WHERE webhook_id = $<webhookId> AND state = 'pending'), 'infinity')
       WHERE webhook_id = $<webhookId>`,
        { webhookId: claim.webhookId, destination },
      );
    });

const recordFailure =
  (db: Database): Queue['recordFailure'] =>
  ({ deliveryId, webhookId, type }, attempt, again) =>
    db.tx(async (transaction) => {
      const { retryMs, pauseMs, generation } = again;
      const isOver =
        retryMs === null ? 'true' : `queued_at + ${EXPIRES_AFTER} <= now() + $<retryMs> * interval '1 millisecond'`;
      const change = `state = CASE WHEN ${isOver} THEN 'failed' ELSE 'pending' END,
      due_at = CASE WHEN ${isOver} THEN NULL ELSE now() + $<retryMs> * interval '1 millisecond' END`;
      await recordAttempt(transaction, deliveryId, attempt, change, { retryMs });
      if (type === TEST_TYPE) return 0;
      const row = await transaction.oneOrNone<{ ms: number }>(
        `UPDATE webhook_queue SET failures = failures + 1, failing_since = coalesce(failing_since, now()),
         generation = $<generation>, paused_until = now() + $<pauseMs> * interval '1 millisecond'
       WHERE webhook_id = $<webhookId>
       RETURNING (extract(epoch FROM now() - failing_since) * 1000)::float8 AS ms`,
        { webhookId, pauseMs, generation },
      );
      return row?.ms ?? 0;
    });

/** Deliveries that are to be made, in PostgreSQL. Its clock is the one of all instances. */
export const postgresWebhookQueue = (db: Database): Queue => ({
  queue: async (deliveries) => {
    if (deliveries.length === 0) return;
    const rows = JSON.stringify(deliveries.map(toRow));
    const isTest = deliveries.some(({ type }) => type === TEST_TYPE);
    await db.tx(async (transaction) => {
      await transaction.none(insertDeliveries, { rows });
      await transaction.none(wakeQueues, { rows, isTest });
    });
  },

  claim: async (busy) => (await db.oneOrNone<Claim>(claimNext, { ...busy, lease: newId() })) ?? undefined,
  release: release(db),

  next: async (webhookId) =>
    (await db.oneOrNone<Delivery>(
      `SELECT ${DELIVERY_COLUMNS} FROM webhook_delivery
       WHERE webhook_id = $<webhookId> AND state = 'pending' AND due_at <= now()
       ORDER BY type <> '${TEST_TYPE}', number LIMIT 1`,
      { webhookId },
    )) ?? undefined,

  recordSuccess: ({ deliveryId, webhookId, type }, attempt) =>
    db.tx(async (transaction) => {
      await recordAttempt(transaction, deliveryId, attempt, `state = 'delivered', due_at = NULL`, {});
      if (type !== TEST_TYPE) await transaction.none(forgiveFailures, { webhookId, generation: null });
    }),
  recordFailure: recordFailure(db),

  forgive: async (webhookId, generation) => {
    await db.none(forgiveFailures, { webhookId, generation });
  },

  miss: async (webhookId) => {
    await db.none(
      `UPDATE webhook_delivery SET due_at = NULL, state = 'missed'
       WHERE webhook_id = $<webhookId> AND state = 'pending' AND type <> '${TEST_TYPE}'`,
      { webhookId },
    );
  },

  oldestDueSeconds: async () => {
    const { seconds } = await db.one<{ seconds: number }>(
      `SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0)::float8 AS seconds FROM webhook_queue
       WHERE due_at <= now() AND paused_until <= now()`,
    );
    return seconds;
  },
});

const forgiveFailures = `
  UPDATE webhook_queue SET failures = 0, failing_since = NULL, paused_until = '-infinity',
    generation = coalesce($<generation>::integer, generation)
  WHERE webhook_id = $<webhookId>`;
