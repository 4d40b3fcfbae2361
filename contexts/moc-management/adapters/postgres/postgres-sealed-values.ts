import type { UserId } from '@lego-moc/kernel/message';
import type { Queries } from '@lego-moc/postgres/database';
import type { MasterKeys } from '@lego-moc/sealing/master-keys';
import type { SealedValues } from '../../application/ports/sealed-values.ts';
import type { SealedValueId } from '../../domain/webhook-events.ts';

export const sealedValueMigration = {
  id: '001-webhook-sealed-value',
  sql: `
    CREATE TABLE webhook_sealed_value (
      id uuid PRIMARY KEY, owner text NOT NULL, sealed bytea NOT NULL, put_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX webhook_sealed_value_owner ON webhook_sealed_value (owner);
  `,
};

const contextOf = (owner: UserId, id: SealedValueId): string => `webhook value ${id} of ${owner}`;

/** In a table and not in events, which could not be erased; sealed by a master key that the database never sees. */
export const postgresSealedValues = (
  db: Pick<Queries, 'none' | 'one' | 'any' | 'oneOrNone'>,
  masters: MasterKeys,
): SealedValues => {
  const open = (owner: UserId, id: SealedValueId, sealedBytes: Buffer): string =>
    masters.unwrap(contextOf(owner, id), sealedBytes).toString('utf8');

  const find: SealedValues['find'] = async (owner, id) => {
    const row = await db.oneOrNone<{ sealed: Buffer }>(
      'SELECT sealed FROM webhook_sealed_value WHERE id = $<id> AND owner = $<owner>',
      { id, owner },
    );
    return row === null ? undefined : open(owner, id, row.sealed);
  };

  return {
    find,
    put: async (owner, id, value) => {
      const sealedBytes = masters.wrap(contextOf(owner, id), Buffer.from(value));
      const row = await db.one<{ sealed: Buffer }>(
        // The update changes nothing: without one there would be no row to return.
        `INSERT INTO webhook_sealed_value AS former (id, owner, sealed) VALUES ($<id>, $<owner>, $<sealedBytes>)
         ON CONFLICT (id) DO UPDATE SET sealed = former.sealed RETURNING sealed`,
        { id, owner, sealedBytes },
      );
      return open(owner, id, row.sealed);
    },
    remove: async (ids) => {
      if (ids.length > 0) await db.none('DELETE FROM webhook_sealed_value WHERE id = ANY($<ids>::uuid[])', { ids });
    },
    removeAllOf: async (owner) => {
      await db.none('DELETE FROM webhook_sealed_value WHERE owner = $<owner>', { owner });
    },
    old: (limit, after = '00000000-0000-0000-0000-000000000000' as SealedValueId) =>
      db.any<{ owner: UserId; id: SealedValueId }>(
        `SELECT owner, id FROM webhook_sealed_value
         WHERE id > $<after>::uuid AND put_at < now() - interval '1 day' ORDER BY id LIMIT $<limit>`,
        { limit, after },
      ),
  };
};
