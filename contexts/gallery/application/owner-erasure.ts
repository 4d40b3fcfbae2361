import type { Clock } from '@lego-moc/application/clock';
import type { Cause } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { Owners } from './owners.ts';
import type { AlbumStates, ImageStates } from './states.ts';

export type ErasureDependencies = {
  readonly owners: Pick<Owners, 'erase'>;
  readonly images: Pick<ImageStates, 'handle'>;
  readonly albums: Pick<AlbumStates, 'handle'>;
  /** Removes the replies that are stored for repeated requests. */
  readonly deleteReplies: (owner: UserId) => Promise<void>;
  readonly now: Clock;
};

/**
 * Deletes every album and image of an erased user, and abandons what is being uploaded. The owner's stream names all of
 * them before they are begun, so none is missed however far behind the read models are.
 */
export const eraseOwner =
  ({ owners, images, albums, deleteReplies, now }: ErasureDependencies) =>
  async (owner: UserId, erasedAt: Instant, cause: Cause): Promise<void> => {
    const step = (id: string): Cause => ({ ...cause, commandId: derivedId(cause.commandId, id) });
    const { imageIds, albumIds } = await owners.erase(owner, erasedAt, cause);
    for (const albumId of albumIds)
      await albums.handle(albumId, { type: 'DeleteAlbum', data: { albumId, by: owner, at: now() } }, step(albumId));
    for (const imageId of imageIds) {
      const data = { imageId, at: now() };
      await images.handle(imageId, { type: 'AbandonUpload', data }, step(`abandon ${imageId}`));
      await images.handle(imageId, { type: 'DeleteImage', data: { ...data, by: owner } }, step(imageId));
    }
    await deleteReplies(owner);
  };
