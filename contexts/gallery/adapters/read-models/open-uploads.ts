import type { RecordedEvent } from '@lego-moc/application/event-streams';
import type { Queries } from '@lego-moc/postgres/database';
import type { Projection } from '@lego-moc/read-models/projection';
import type { OverdueDependencies } from '../../application/overdue-uploads.ts';
import type { ImageEvent, ImageId } from '../../domain/image-events.ts';

type OpenUpload = { readonly begun_at: string };

/** Uploads that are begun, and neither completed nor abandoned. */
export const openUploads: Projection<ImageEvent, OpenUpload> = {
  name: 'open-uploads',
  source: { category: 'image' },
  columns: { begun_at: 'timestamptz' },
  indexes: ['create index on $table (begun_at) where not gone'],
  evolve: (_, { event }: RecordedEvent<ImageEvent>) =>
    event.type === 'ImageUploadBegun' ? { begun_at: event.data.begunAt } : undefined,
};

/** How many uploads are abandoned in one round. */
const UPLOADS_MAX = 100;

export const uploadsBegunBefore =
  (db: Pick<Queries, 'any'>): OverdueDependencies['begunBefore'] =>
  async (instant) => {
    const rows = await db.any<{ id: ImageId }>(
      `SELECT id FROM open_uploads WHERE begun_at < $1 ORDER BY begun_at LIMIT ${String(UPLOADS_MAX)}`,
      [instant],
    );
    return rows.map(({ id }) => id);
  };
