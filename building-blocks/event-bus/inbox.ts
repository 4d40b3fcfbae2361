import type { IntegrationEvent } from '@lego-moc/event-store/integration-events';
import { inTransaction, type Database, type Queries } from '@lego-moc/postgres/database';
import type { Migration } from '@lego-moc/postgres/migrations';

/** The table of the events that subscribers have handled. */
export const inboxMigration: Migration = {
  id: 'event-bus-inbox',
  sql: `CREATE TABLE event_bus_inbox (
          subscriber text NOT NULL,
          event_id uuid NOT NULL,
          handled_at timestamptz NOT NULL DEFAULT now(),
          PRIMARY KEY (subscriber, event_id)
        );
        CREATE INDEX event_bus_inbox_age ON event_bus_inbox (handled_at)`,
};

/** The change that an event makes, in the transaction that also records the event. */
export type Effect = (transaction: Queries, event: IntegrationEvent) => Promise<void>;

/**
 * Makes the change once for each subscriber and event: change and record are one transaction, and a second delivery finds
 * the record. Returns whether this was the first delivery.
 */
export const applyOnce = (
  db: Database,
  subscriber: string,
  event: IntegrationEvent,
  effect: Effect,
): Promise<boolean> =>
  inTransaction(db, async (transaction) => {
    const { rowCount } = await transaction.result(
      'INSERT INTO event_bus_inbox (subscriber, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [subscriber, event.eventId],
    );
    if (rowCount === 0) return false;
    await effect(transaction, event);
    return true;
  });

const PRUNED_AT_ONCE = 10_000;

/**
 * Forgets events that were handled before `before`, some thousands at once; returns how many. An event that arrives again
 * later than that has its effect again: keep records longer than the bus keeps messages.
 */
export const pruneInbox = async (db: Database, before: string): Promise<number> => {
  const { rowCount } = await db.result(
    `DELETE FROM event_bus_inbox WHERE (subscriber, event_id) IN
       (SELECT subscriber, event_id FROM event_bus_inbox WHERE handled_at < $1 LIMIT ${PRUNED_AT_ONCE})`,
    [before],
  );
  return rowCount;
};
