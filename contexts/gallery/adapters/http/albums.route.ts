import { Router, type Request } from 'express';
import type { Clock } from '@lego-moc/application/clock';
import type { Outcome } from '@lego-moc/application/command-handler';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { expectedRevision } from '@lego-moc/http/if-match';
import { omitUndefined } from '@lego-moc/http/omit-undefined';
import { createdReply, noContent, ok, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { AdditionRejection, AddToAlbum } from '../../application/album-images.ts';
import type { Owners } from '../../application/owners.ts';
import type { AlbumStates } from '../../application/states.ts';
import type { Views } from '../../application/views.ts';
import type { AlbumId } from '../../domain/album-events.ts';
import type { AlbumCommand } from '../../domain/album.ts';
import type { ImageId } from '../../domain/image-events.ts';
import { addImages, createAlbum, deleteAlbum, orderImages, removeImage, reviseAlbum } from './album-contracts.ts';
import { noSuchAlbum, refusal } from './rejection-status.ts';

export type AlbumRoutes = {
  readonly albums: Pick<AlbumStates, 'handle'>;
  readonly owners: Pick<Owners, 'begin'>;
  readonly addToAlbum: AddToAlbum;
  readonly views: Pick<Views, 'album'>;
  readonly now: Clock;
};

/** Changes of albums by their owners. */
export const albumRoutes = ({ albums, owners, addToAlbum, views, now }: AlbumRoutes): Router => {
  const show = async (request: Request, albumId: AlbumId, answer: (album: object, revision: string) => Reply) => {
    const album = await views.album(albumId, userOf(request).id);
    return album === undefined ? noSuchAlbum : answer(album, album.revision);
  };
  const replyWith = (
    request: Request,
    albumId: AlbumId,
    outcome: Outcome<AdditionRejection>,
  ): Promise<Reply> | Reply =>
    isRejection(outcome) ? refusal(outcome) : show(request, albumId, (album, etag) => ok(album, { etag }));
  const handle = (request: Request, command: AlbumCommand) =>
    albums.handle(command.data.albumId, command, causeOf(request), expectedRevision(request));

  return Router().use(
    route(createAlbum, async ({ request, body }) => {
      const cause = causeOf(request);
      const albumId = derivedId('album', cause.commandId) as AlbumId;
      const by = userOf(request).id;
      const step = { ...cause, commandId: derivedId(cause.commandId, 'own') };
      const refusedBeginning = await owners.begin(by, { type: 'BeginAlbum', data: { albumId } }, step);
      if (refusedBeginning !== undefined) return refusal(refusedBeginning);
      const outcome = await handle(request, { type: 'CreateAlbum', data: { albumId, by, ...body, at: now() } });
      if (isRejection(outcome)) return refusal(outcome);
      return show(request, albumId, (album, revision) => createdReply(`/v1/albums/${albumId}`, album, revision));
    }),

    route(reviseAlbum, async ({ request, params, body: { coverImageId, ...details } }) => {
      const albumId = params.albumId as AlbumId;
      const cover = coverImageId === undefined ? {} : { coverImageId: coverImageId as ImageId | null };
      const data = { albumId, by: userOf(request).id, ...omitUndefined(details), ...cover };
      return replyWith(request, albumId, await handle(request, { type: 'ReviseAlbum', data }));
    }),

    route(deleteAlbum, async ({ request, params }) => {
      const albumId = params.albumId as AlbumId;
      const data = { albumId, by: userOf(request).id, at: now() };
      const outcome = await handle(request, { type: 'DeleteAlbum', data });
      return isRejection(outcome) ? refusal(outcome) : noContent();
    }),

    route(addImages, async ({ request, params, body: { imageIds, moveFrom } }) => {
      const albumId = params.albumId as AlbumId;
      const addition = {
        ...{ albumId, by: userOf(request).id },
        ...{ imageIds: imageIds as ImageId[], movedFrom: moveFrom as AlbumId | undefined },
      };
      return replyWith(request, albumId, await addToAlbum(addition, causeOf(request), expectedRevision(request)));
    }),

    route(removeImage, async ({ request, params }) => {
      const albumId = params.albumId as AlbumId;
      const data = { albumId, by: userOf(request).id, imageIds: [params.imageId as ImageId] };
      const outcome = await handle(request, { type: 'RemoveImages', data });
      return isRejection(outcome)
        ? refusal(outcome)
        : noContent(outcome.revision === 'no-stream' ? undefined : outcome.revision);
    }),

    route(orderImages, async ({ request, params, body: { order } }) => {
      const albumId = params.albumId as AlbumId;
      const data = { albumId, by: userOf(request).id, order: order as ImageId[] };
      return replyWith(request, albumId, await handle(request, { type: 'OrderImages', data }));
    }),
  );
};
