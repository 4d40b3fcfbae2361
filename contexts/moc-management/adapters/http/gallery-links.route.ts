import { Router, type Request } from 'express';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { expectedRevision } from '@lego-moc/http/if-match';
import { noContent, ok, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import type { GalleryLinking } from '../../application/gallery-linking.ts';
import type { MocReader } from '../../application/ports/moc-reader.ts';
import type { GalleryItem } from '../../domain/gallery-link-events.ts';
import type { MocCommand } from '../../domain/moc-commands.ts';
import type { MocId } from '../../domain/moc-events.ts';
import type { MocRejection } from '../../domain/moc.ts';
import { ALBUM_LINKS, COVER, IMAGE_LINKS } from './gallery-link-contracts.ts';
import { noSuchMoc, refusal } from './rejection-status.ts';

export type GalleryLinkRoutes = {
  readonly linking: Pick<GalleryLinking, 'link'>;
  readonly mocs: HandleCommand<MocCommand, MocRejection>;
  readonly reader: Pick<MocReader, 'moc' | 'latest'>;
};

/** Images and albums of the gallery that MOCs link. */
export const galleryLinkRoutes = ({ linking, mocs, reader }: GalleryLinkRoutes): Router => {
  const reply = (kind: GalleryItem['kind'], moc: Awaited<ReturnType<MocReader['latest']>>): Reply => {
    if (moc === undefined) return noSuchMoc;
    const links = moc.galleryLinks.filter((link) => link.kind === kind);
    const entries = links.map(({ itemId, verified, linkedAt }) => ({ itemId, verified, linkedAt }));
    const etag = moc.revision;
    return kind === 'image'
      ? ok({ images: entries.map(({ itemId: imageId, ...link }) => ({ imageId, ...link })) }, { etag })
      : ok({ albums: entries.map(({ itemId: albumId, ...link }) => ({ albumId, ...link })) }, { etag });
  };

  const link = async (request: Request, mocId: string, item: GalleryItem): Promise<Reply> => {
    const by = userOf(request).id;
    const moc = await reader.latest(mocId as MocId, by);
    // Whoever may not change the MOC learns nothing of the gallery through it.
    if (moc === undefined || moc.owner !== by) return noSuchMoc;
    const newLink = { ...item, mocId: mocId as MocId, by };
    const outcome = await linking.link(newLink, causeOf(request), expectedRevision(request));
    return isRejection(outcome) ? refusal(outcome) : reply(item.kind, await reader.latest(mocId as MocId, by));
  };

  const unlink = async (request: Request, mocId: string, item: GalleryItem): Promise<Reply> => {
    const data = { mocId: mocId as MocId, by: userOf(request).id, ...item };
    const command = { type: 'UnlinkGalleryItem', data } as const;
    const outcome = await mocs(data.mocId, command, causeOf(request), expectedRevision(request));
    return isRejection(outcome) ? refusal(outcome) : noContent();
  };

  const chooseCover = async (request: Request, mocId: string, imageId: string | null): Promise<Reply> => {
    const data = { mocId: mocId as MocId, by: userOf(request).id, imageId };
    const command = { type: 'ChooseCover', data } as const;
    const outcome = await mocs(data.mocId, command, causeOf(request), expectedRevision(request));
    if (isRejection(outcome)) return refusal(outcome);
    return noContent(outcome.revision === 'no-stream' ? undefined : outcome.revision);
  };

  return Router().use(
    route(COVER.choose, ({ request, params, body: { imageId } }) => chooseCover(request, params.mocId, imageId)),
    route(COVER.reset, ({ request, params }) => chooseCover(request, params.mocId, null)),
    route(IMAGE_LINKS.list, async ({ request, params, query }) =>
      reply('image', await reader.moc(params.mocId as MocId, userOf(request).id, query.atLeastRevision)),
    ),
    route(IMAGE_LINKS.link, ({ request, params, body: { imageId } }) =>
      link(request, params.mocId, { kind: 'image', itemId: imageId }),
    ),
    route(IMAGE_LINKS.unlink, ({ request, params: { mocId, imageId } }) =>
      unlink(request, mocId, { kind: 'image', itemId: imageId }),
    ),
    route(ALBUM_LINKS.list, async ({ request, params, query }) =>
      reply('album', await reader.moc(params.mocId as MocId, userOf(request).id, query.atLeastRevision)),
    ),
    route(ALBUM_LINKS.link, ({ request, params, body: { albumId } }) =>
      link(request, params.mocId, { kind: 'album', itemId: albumId }),
    ),
    route(ALBUM_LINKS.unlink, ({ request, params: { mocId, albumId } }) =>
      unlink(request, mocId, { kind: 'album', itemId: albumId }),
    ),
  );
};
