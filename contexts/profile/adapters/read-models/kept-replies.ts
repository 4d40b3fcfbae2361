import type { UserId } from '@lego-moc/kernel/message';
import type { Queries } from '@lego-moc/postgres/database';
import type { KeptReplies } from '../../application/forgetting.ts';

/** The replies that `idempotencyMigration` keeps for a day, which show the profile as it was. */
export const keptReplies = (db: Pick<Queries, 'none'>): KeptReplies => ({
  forget: async (userId) => {
    await db.none('DELETE FROM idempotency_key WHERE actor = $1', [userId satisfies UserId]);
  },
});
