import { newId } from '@lego-moc/application/new-id';
import {
  CLAIM_TIMEOUT_MS,
  RETENTION_MS,
  type Claim,
  type IdempotencyStore,
  type StoredReply,
  type KeyOwner,
} from './idempotency-store.ts';

/** What the store asks of a database; `@lego-moc/postgres/database` has it. */
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

/** Forgets the answers that are kept for `actor`, who is forgotten: they show what was theirs. */
export const deleteReplies =
  (db: Pick<IdempotencyQueries, 'none'>) =>
  async (actor: string): Promise<void> => {
    await db.none('DELETE FROM idempotency_key WHERE actor = $1', [actor]);
  };

type Row = { readonly fingerprint: string; readonly reply: string | null };

/** A key is free when it is new, when its answer is a day old, or when whoever claimed it died. */
const CLAIM = `
  INSERT INTO idempotency_key (actor, key, fingerprint, claim_id, claimed_at) VALUES ($1, $2, $3, $4, now())
  ON CONFLICT (actor, key) DO UPDATE
    SET fingerprint = excluded.fingerprint, claim_id = excluded.claim_id, claimed_at = excluded.claimed_at, reply = NULL
    WHERE idempotency_key.claimed_at < now() - interval '${RETENTION_MS} milliseconds'
       OR (idempotency_key.reply IS NULL
           AND idempotency_key.claimed_at < now() - interval '${CLAIM_TIMEOUT_MS} milliseconds')
  RETURNING claim_id`;

const FIND = 'SELECT fingerprint, reply FROM idempotency_key WHERE actor = $1 AND key = $2';
const KEEP = 'UPDATE idempotency_key SET reply = $4 WHERE actor = $1 AND key = $2 AND claim_id = $3';
const RELEASE = 'DELETE FROM idempotency_key WHERE actor = $1 AND key = $2 AND claim_id = $3 AND reply IS NULL';
const SWEEP = `DELETE FROM idempotency_key WHERE claimed_at < now() - interval '${RETENTION_MS} milliseconds'`;

const SWEEP_EVERY_MS = 600_000;

/** When a claim is taken back of which nobody knows whether the database still comes to carry it out. */
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
    // What is not swept now is swept next time.
    db.none(SWEEP).catch(() => undefined);
  };

  /** A database that hung may carry out later what it was asked: then the key would be claimed by nobody. */
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
        const claimed = await db.oneOrNone(CLAIM, [actor, key, fingerprint, claimId]).catch((error: unknown) => {
          releaseLater({ actor, key }, claimId);
          throw error;
        });
        if (claimed !== null) return { outcome: 'claimed', claimId };
        const row = await db.oneOrNone<Row>(FIND, [actor, key]);
        // Released between the two statements: it is free again.
        if (row !== null) return claimOutcome(row, fingerprint);
      }
    },
    complete: async ({ actor, key }, claimId, reply) => {
      await db.none(KEEP, [actor, key, claimId, JSON.stringify(reply)]);
    },
    release,
  };
};
