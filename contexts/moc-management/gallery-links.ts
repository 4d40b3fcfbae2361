import { foldedStates } from '@lego-moc/application/folded-states';
import { GALLERY } from '@lego-moc/gallery/contracts/routes';
import { GALLERY_EVENTS, galleryPayload } from '@lego-moc/gallery/contracts/integration-events';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import { clientOf } from '@lego-moc/service/resources/service-client';
import type { Scope } from '@lego-moc/service/scope';
import { linkedItemCodec } from './adapters/event-store/linked-item-codec.ts';
import { mocCodec } from './adapters/event-store/moc-codec.ts';
import { galleryOverHttp } from './adapters/gallery/gallery-over-http.ts';
import { mocsWithLinks, mocsWithUnverifiedLinks } from './adapters/read-models/linked-mocs.ts';
import { followDeletions } from './application/gallery-deletions.ts';
import { galleryLinking, type GalleryLinking } from './application/gallery-linking.ts';
import type { MocCommand } from './domain/moc-commands.ts';
import { mocDecider, type MocRejection } from './domain/moc.ts';
import { linkedItemDecider } from './domain/linked-item.ts';

/** How soon a link is validated once the gallery is back. */
const VALIDATE_EVERY_MS = 5_000;

const linkingOn = (it: Scope, mocs: HandleCommand<MocCommand, MocRejection>): GalleryLinking =>
  galleryLinking({
    ...{ mocs, linkedItems: it.streams('linkedItem', linkedItemCodec, linkedItemDecider), now: it.clock },
    gallery: galleryOverHttp(it.use(clientOf(GALLERY)), (error) =>
      it.logger.warn('The gallery could not be asked', { error }),
    ),
  });

/** Declares what keeps links to the gallery valid. */
export const declareGalleryLinks = (it: Scope, mocs: HandleCommand<MocCommand, MocRejection>): GalleryLinking => {
  const linking = linkingOn(it, mocs);
  const followDeletion = followDeletions(linking);
  it.onIntegrationEvent(
    'moc-management-gallery',
    { stream: GALLERY_EVENTS, payload: galleryPayload },
    ({ payload, cause }) => followDeletion(payload, cause),
  );
  it.every(VALIDATE_EVERY_MS, 'The validation of gallery links', async () => {
    for (const moc of await mocsWithUnverifiedLinks(it.db)) {
      if ((await linking.validate(moc, true)) === undefined) return;
    }
  });
  return linking;
};

export type LinkAudit = { readonly mocs: number; readonly links: number; readonly dangling: number };

/** Asks the gallery about every link; removes dangling ones when asked to. Throws when the gallery is away. */
export const auditGalleryLinks = async (it: Scope, repair: boolean): Promise<LinkAudit> => {
  const { handle } = foldedStates(mocDecider, it.streams('moc', mocCodec));
  const linking = linkingOn(it, handle);
  let audit: LinkAudit = { mocs: 0, links: 0, dangling: 0 };
  for await (const moc of mocsWithLinks(it.db)) {
    const result = await linking.validate(moc, repair);
    if (result === undefined) throw new Error('The gallery is away; try again when it is back.');
    const { mocs, links, dangling } = audit;
    audit = { mocs: mocs + 1, links: links + moc.links.length, dangling: dangling + result.dangling };
  }
  return audit;
};
