import type { Queries } from '@lego-moc/postgres/database';

/** Reads whose webhooks concern a matter. */
export const webhookReader = (db: Pick<Queries, 'oneOrNone'>) => ({
  /** The revision of a user's webhooks that the read model has. */
  revisionOf: async (id: string): Promise<bigint | undefined> =>
    (await db.oneOrNone<{ revision: bigint }>('select revision from moc_webhooks where id = $<id>', { id }))?.revision,
});
