/** How long a message is tried for, from when it was queued. */
export const EXPIRES_AFTER = "interval '3 days'";
/** How far back the log goes. */
export const KEPT_FOR = "interval '30 days'";
/** Longer than a turn of a webhook takes, so that two processes rarely deliver the same message. */
export const LEASE = "interval '20 seconds'";
/** Of one webhook; what exceeds them is left for a replay. */
export const PENDING_MAX = 1_000;

export const webhookDeliveryMigration = {
  id: '002-webhook-delivery',
  sql: `
    CREATE TABLE webhook_delivery (
      delivery_id uuid PRIMARY KEY,
      number bigint GENERATED ALWAYS AS IDENTITY,
      webhook_id uuid NOT NULL,
      owner text NOT NULL,
      type text NOT NULL,
      moc_id uuid,
      comment_id uuid,
      audience text NOT NULL,
      announcement bigint,
      at timestamptz NOT NULL,
      queued_at timestamptz NOT NULL DEFAULT now(),
      state text NOT NULL,
      due_at timestamptz,
      attempts integer NOT NULL DEFAULT 0,
      attempted_at timestamptz,
      answer_status integer,
      duration_ms integer,
      failure text
    );
    CREATE INDEX webhook_delivery_log ON webhook_delivery (webhook_id, number);
    CREATE INDEX webhook_delivery_pending ON webhook_delivery (webhook_id, number) WHERE state = 'pending';
    CREATE INDEX webhook_delivery_owner ON webhook_delivery (owner);
    CREATE INDEX webhook_delivery_age ON webhook_delivery (queued_at);
    CREATE TABLE webhook_queue (
      webhook_id uuid PRIMARY KEY,
      owner text NOT NULL,
      due_at timestamptz NOT NULL,
      paused_until timestamptz NOT NULL DEFAULT '-infinity',
      leased_until timestamptz NOT NULL DEFAULT '-infinity',
      lease uuid,
      destination text NOT NULL DEFAULT '',
      failures integer NOT NULL DEFAULT 0,
      failing_since timestamptz,
      generation integer NOT NULL DEFAULT 0
    );
    CREATE INDEX webhook_queue_due ON webhook_queue (due_at);
    CREATE INDEX webhook_queue_owner ON webhook_queue (owner);
  `,
};

/** A delivery as `Delivery` names its members. */
export const DELIVERY_COLUMNS = `
  delivery_id AS "deliveryId", webhook_id AS "webhookId", owner, type, moc_id AS "mocId", comment_id AS "commentId",
  audience, announcement, at, attempts`;
