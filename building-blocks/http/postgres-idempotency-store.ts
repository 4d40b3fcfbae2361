import { newId } from '@lego-moc/application/new-id';
import {
  CLAIM_TIMEOUT_MS,
  RETENTION_MS,
  type Claim,
  type IdempotencyStore,
  type StoredReply,
  type KeyOwner,
} from './idempotency-store.ts';

/** The database that the store needs; `@lego-moc/postgres/database` provides it. */
export type IdempotencyQueries = {
  none(sql: string, values?: readonly unknown[]): Promise<unknown>;
  oneOrNone<Row>(sql: string, values?: readonly unknown[]): Promise<Row | null>;
};

/** Add this to the migrations of the service's schema. */
export const idempotencyMigration = {
  id: 'idempotency-keys',
  sql: `
    CREATE TABLE idempotency_key (
      actor       text        NOT NULL,
      key         text        NOT NULL,
      fingerprint text        NOT NULL,
      claim_id    uuid        NOT NULL,
      claimed_at  timestamptz NOT NULL,
      reply       text,
      PRIMARY KEY (actor, key)
    );
    CREATE INDEX idempotency_key_age ON idempotency_key (claimed_at);`,
};

/** Add this behind `idempotencyMigration`. */
export const commandIdMigration = {
  id: 'idempotency-keys-command-id',
  sql: `
    ALTER TABLE idempotency_key ADD COLUMN command_id uuid;
    ALTER TABLE idempotency_key ADD COLUMN released boolean NOT NULL DEFAULT false;`,
};

/** Deletes the stored answers of `actor`, who is erased: they contain personal data. */
export const deleteReplies =
  (db: Pick<IdempotencyQueries, 'none'>) =>
  async (actor: string): Promise<void> => {
    await db.none('DELETE FROM idempotency_key WHERE actor = $1', [actor]);
  };

type Row = { readonly fingerprint: string; readonly reply: string | null; readonly released: boolean };

/**
 * A key is free when it is new, when its answer is a day old, and when its holder released it or died. The command id
 * stays while the same request waits for its first answer, so that events already stored under it are recognised.
 */
const CLAIM = `
  INSERT INTO idempotency_key AS known (actor, key, fingerprint, claim_id, command_id, claimed_at)
  VALUES ($1, $2, $3, $4, $4, now())
  ON CONFLICT (actor, key) DO UPDATE
    SET fingerprint = excluded.fingerprint, claim_id = excluded.claim_id, claimed_at = excluded.claimed_at,
        reply = NULL, released = false,
        command_id = CASE
          WHEN known.fingerprint = excluded.fingerprint AND known.reply IS NULL
               AND known.claimed_at >= now() - interval '${RETENTION_MS} milliseconds'
          THEN coalesce(known.command_id, excluded.command_id)
          ELSE excluded.command_id END
    WHERE known.claimed_at < now() - interval '${RETENTION_MS} milliseconds'
       OR (known.reply IS NULL
           AND (known.released OR known.claimed_at < now() - interval '${CLAIM_TIMEOUT_MS} milliseconds'))
  RETURNING command_id AS "commandId"`;

const FIND = 'SELECT fingerprint, reply, released FROM idempotency_key WHERE actor = $1 AND key = $2';
const KEEP = 'UPDATE idempotency_key SET reply = $4 WHERE actor = $1 AND key = $2 AND claim_id = $3';
const RELEASE =
  'UPDATE idempotency_key SET released = true WHERE actor = $1 AND key = $2 AND claim_id = $3 AND reply IS NULL';
const RENEW = 'UPDATE idempotency_key SET claimed_at = now() WHERE claim_id = ANY ($1::uuid[]) AND reply IS NULL';
const SWEEP = `DELETE FROM idempotency_key WHERE claimed_at < now() - interval '${RETENTION_MS} milliseconds'`;

const SWEEP_EVERY_MS = 600_000;

/** Delays before each release of a claim whose statement the database may still carry out. */
const RELEASE_RETRIES_MS = [1_000, 3_000, 6_000, 12_000, 30_000, 60_000];

const claimOutcome = ({ reply, fingerprint: before }: Row, fingerprint: string): Claim => {
  if (before !== fingerprint) return { outcome: 'other-request' };
  if (reply === null) return { outcome: 'in-flight' };
  return { outcome: 'answered', reply: JSON.parse(reply) as StoredReply };
};

/** Keys in the table of `idempotencyMigration`; exact across any number of processes, for a claim is one statement. */
export const postgresIdempotencyStore = (db: IdempotencyQueries): IdempotencyStore => {
  let sweptAt = performance.now();

  const sweep = (): void => {
    if (performance.now() - sweptAt < SWEEP_EVERY_MS) return;
    sweptAt = performance.now();
    // A failed sweep is made up for by the next one.
    db.none(SWEEP).catch(() => undefined);
  };

  /** A hanging database may carry out a claim later, when its caller has gone and nobody would release it. */
  const releaseLater = (owner: KeyOwner, claimId: string): void => {
    for (const ms of RELEASE_RETRIES_MS)
      setTimeout(() => void release(owner, claimId).catch(() => undefined), ms).unref();
  };

  const release = async ({ actor, key }: KeyOwner, claimId: string): Promise<void> => {
    await db.none(RELEASE, [actor, key, claimId]);
  };

  return {
    claim: async ({ actor, key }, fingerprint) => {
      sweep();
      for (;;) {
        const claimId = newId();
        const claim = await db
          .oneOrNone<{ commandId: string }>(CLAIM, [actor, key, fingerprint, claimId])
          .catch((error: unknown) => {
            releaseLater({ actor, key }, claimId);
            throw error;
          });
        if (claim !== null) return { outcome: 'claimed', claimId, commandId: claim.commandId };
        const row = await db.oneOrNone<Row>(FIND, [actor, key]);
        // Deleted or released between the two statements: it is free again.
        if (row !== null && !row.released) return claimOutcome(row, fingerprint);
      }
    },
    complete: async ({ actor, key }, claimId, reply) => {
      await db.none(KEEP, [actor, key, claimId, JSON.stringify(reply)]);
    },
    renew: async (claimIds) => {
      await db.none(RENEW, [claimIds]);
    },
    release,
  };
};
