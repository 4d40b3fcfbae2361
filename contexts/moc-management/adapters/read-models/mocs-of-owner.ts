import type { UserId } from '@lego-moc/kernel/message';
import type { Queries } from '@lego-moc/postgres/database';
import type { MocsOf } from '../../application/owner-erasure.ts';
import type { MocId } from '../../domain/moc-events.ts';

/** From the catalogue, as far as it is. */
export const mocsOfOwner =
  (db: Pick<Queries, 'any'>): MocsOf =>
  async (owner) => {
    const rows = await db.any<{ id: MocId }>('SELECT id FROM moc_catalogue WHERE owner = $1', [owner satisfies UserId]);
    return rows.map(({ id }) => id);
  };
