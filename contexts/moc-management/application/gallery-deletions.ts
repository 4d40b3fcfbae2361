import type { Cause } from '@lego-moc/application/event-streams';
import type { GalleryPayload } from '@lego-moc/gallery/contracts/integration-events';
import type { Instant } from '@lego-moc/kernel/message';
import type { GalleryLinking } from './gallery-linking.ts';

/** Removes the links to what the gallery says is deleted. */
export const followDeletions =
  ({ removeDangling }: Pick<GalleryLinking, 'removeDangling'>) =>
  async (payload: GalleryPayload, cause: Cause): Promise<void> => {
    if (payload.status !== 'deleted') return;
    const itemId = payload.kind === 'image' ? payload.imageId : payload.albumId;
    await removeDangling({ kind: payload.kind, itemId }, payload.deletedAt as Instant, cause);
  };
