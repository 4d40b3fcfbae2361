import type { Database } from '@lego-moc/postgres/database';
import { TEST_TYPE, type LoggedDelivery, type WebhookDeliveries } from '../../application/ports/webhook-deliveries.ts';
import { KEPT_FOR, PENDING_MAX } from './webhook-tables.ts';

type Log = Pick<WebhookDeliveries, 'drop' | 'forget' | 'forgetAllOf' | 'log' | 'replay' | 'pendingTests' | 'prune'>;

const LOG_COLUMNS = `
  number, delivery_id AS "deliveryId", type, moc_id AS "mocId", at, state, attempts, due_at AS "nextAttemptAt",
  attempted_at AS "lastAttemptAt", answer_status AS "answerStatus", duration_ms AS "durationMs", failure`;

/** So many at once, that no statement runs long. */
const PRUNED_AT_ONCE = 5_000;

const replay =
  (db: Database): Log['replay'] =>
  (webhookId, from, { states, limit }) =>
    db.tx(async (transaction) => {
      const first = await transaction.oneOrNone<{ number: bigint }>(
        'SELECT number FROM webhook_delivery WHERE webhook_id = $<webhookId> AND delivery_id = $<from>',
        { webhookId, from },
      );
      if (first === null) return 'not-found';
      const { pending } = await transaction.one<{ pending: number }>(
        `SELECT count(*)::int AS pending FROM webhook_delivery WHERE webhook_id = $<webhookId> AND state = 'pending'`,
        { webhookId },
      );
      if (pending >= PENDING_MAX) return 'too-many-pending';
      const rows = await transaction.any<{ deliveryId: string }>(
        `SELECT delivery_id AS "deliveryId" FROM webhook_delivery
       WHERE webhook_id = $<webhookId> AND number >= $<number> AND state = ANY ($<states>::text[]) AND type <> '${TEST_TYPE}'
       ORDER BY number LIMIT $<limit> + 1`,
        { webhookId, number: first.number, states, limit },
      );
      const ids = rows.slice(0, limit).map(({ deliveryId }) => deliveryId);
      await transaction.none(
        `UPDATE webhook_delivery SET state = 'pending', due_at = now(), queued_at = now(), attempts = 0
       WHERE delivery_id = ANY ($<ids>::uuid[])`,
        { ids },
      );
      await transaction.none('UPDATE webhook_queue SET due_at = least(due_at, now()) WHERE webhook_id = $<webhookId>', {
        webhookId,
      });
      return { replayed: ids.length, next: rows[limit]?.deliveryId ?? null };
    });

/** The log of deliveries in PostgreSQL. */
export const postgresWebhookLog = (db: Database): Log => ({
  replay: replay(db),

  log: (webhookId, { limit, before, state }) =>
    db.any<LoggedDelivery>(
      `SELECT ${LOG_COLUMNS} FROM webhook_delivery
       WHERE webhook_id = $<webhookId> AND ($<before>::bigint IS NULL OR number < $<before>::bigint)
         AND ($<state>::text IS NULL OR state = $<state>)
       ORDER BY number DESC LIMIT $<limit>`,
      { webhookId, limit, before: before ?? null, state: state ?? null },
    ),

  pendingTests: async (webhookId) =>
    (
      await db.one<{ count: number }>(
        `SELECT count(*)::int AS count FROM webhook_delivery
         WHERE webhook_id = $<webhookId> AND state = 'pending' AND type = '${TEST_TYPE}'`,
        { webhookId },
      )
    ).count,

  drop: async (deliveryId) => {
    await db.none('DELETE FROM webhook_delivery WHERE delivery_id = $<deliveryId>', { deliveryId });
  },

  forget: (webhookId) =>
    db.tx(async (transaction) => {
      await transaction.none('DELETE FROM webhook_delivery WHERE webhook_id = $<webhookId>', { webhookId });
      await transaction.none('DELETE FROM webhook_queue WHERE webhook_id = $<webhookId>', { webhookId });
    }),

  forgetAllOf: (owner) =>
    db.tx(async (transaction) => {
      await transaction.none('DELETE FROM webhook_delivery WHERE owner = $<owner>', { owner });
      await transaction.none('DELETE FROM webhook_queue WHERE owner = $<owner>', { owner });
    }),

  prune: async () => {
    let rowCount: number;
    do {
      ({ rowCount } = await db.result(
        `DELETE FROM webhook_delivery WHERE delivery_id IN
           (SELECT delivery_id FROM webhook_delivery WHERE queued_at < now() - ${KEPT_FOR} LIMIT $<limit>)`,
        { limit: PRUNED_AT_ONCE },
      ));
    } while (rowCount === PRUNED_AT_ONCE);
    await db.none(
      `DELETE FROM webhook_queue AS queue WHERE due_at = 'infinity' AND leased_until <= now() AND NOT EXISTS
         (SELECT FROM webhook_delivery WHERE webhook_delivery.webhook_id = queue.webhook_id)`,
    );
  },
});
