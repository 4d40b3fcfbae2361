import type { UserId } from '@lego-moc/kernel/message';
import type { Queries } from '@lego-moc/postgres/database';

const PAGE_SIZE = 500;

/** The ids of all users with a profile, in pages. */
export const allUserIds = (db: Pick<Queries, 'any'>): (() => AsyncIterable<readonly UserId[]>) =>
  async function* () {
    let after = '';
    for (;;) {
      const rows = await db.any<{ id: UserId }>('SELECT id FROM profiles WHERE id > $1 ORDER BY id LIMIT $2', [
        after,
        PAGE_SIZE,
      ]);
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map(({ id }) => id);
      after = last.id;
    }
  };
