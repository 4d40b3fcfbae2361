import type { HandleCommand, Outcome } from '@lego-moc/application/command-handler';
import type { Clock } from '@lego-moc/application/clock';
import type { Cause, EventStreams, Revision } from '@lego-moc/application/event-streams';
import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { MocId } from '../domain/moc-id.ts';
import type { GalleryItem } from '../domain/gallery-link-events.ts';
import { linkedItemDecider, type LinkedItemEvent, type LinkedItemRejection } from '../domain/linked-item.ts';
import type { GalleryLink, PreparedLink } from '../domain/gallery-links.ts';
import type { MocCommand } from '../domain/moc-commands.ts';
import type { MocRejection } from '../domain/moc.ts';
import type { Gallery } from './ports/gallery.ts';

export type NewLink = GalleryItem & { readonly mocId: MocId; readonly by: UserId };

/** Gallery links of a MOC, for their validation. */
export type LinksOfMoc = { readonly mocId: MocId; readonly owner: UserId; readonly links: readonly GalleryLink[] };

export type GalleryLinking = {
  /**
   * Prepares the links of a MOC that is about to be drafted with them, or to get one: each item is known to link it from
   * then on. Refuses items that do not exist for the owner; unverified when the gallery is away. Idempotent.
   */
  readonly prepare: (
    items: readonly GalleryItem[],
    mocId: MocId,
    by: UserId,
    cause: Cause,
  ) => Promise<readonly PreparedLink[] | Rejection<LinkedItemRejection>>;
  /** Links an item that exists for the owner; as unverified when the gallery is away. */
  readonly link: (
    link: NewLink,
    cause: Cause,
    expected?: Revision,
  ) => Promise<Outcome<MocRejection | LinkedItemRejection>>;
  /** Removes every link to an item that is gone, and refuses new ones. Idempotent. */
  readonly removeDangling: (item: GalleryItem, goneAt: Instant, cause: Cause) => Promise<void>;
  /** Validates links with the gallery. Returns what was found; `undefined` when the gallery is away. */
  readonly validate: (moc: LinksOfMoc, repair: boolean) => Promise<{ readonly dangling: number } | undefined>;
};

type Dependencies = {
  readonly mocs: HandleCommand<MocCommand, MocRejection>;
  readonly linkedItems: EventStreams<LinkedItemEvent>;
  readonly gallery: Gallery;
  readonly now: Clock;
};

const itemStream = ({ kind, itemId }: GalleryItem): string => derivedId('linked-item', kind, itemId);
const notFound = reject(
  'gallery-item-not-found',
  'There is no such image or album in the gallery, or it is not shown to you.',
);

/**
 * Links MOCs to items of the gallery. The stream of an item names every MOC before it links it, so that none is missed
 * when the item is deleted, however far behind the read model is.
 */
export const galleryLinking = ({ mocs, linkedItems, gallery, now }: Dependencies): GalleryLinking => {
  const items = foldedStates(linkedItemDecider, linkedItems);

  const prepare: GalleryLinking['prepare'] = async (wantedItems, mocId, by, cause) => {
    const links: PreparedLink[] = [];
    for (const kind of ['image', 'album'] as const) {
      const ids = wantedItems.filter((item) => item.kind === kind).map(({ itemId }) => itemId);
      const existing = ids.length === 0 ? undefined : await gallery.existing(kind, ids, by, cause.correlationId);
      for (const itemId of ids) {
        if (existing?.has(itemId) === false) return notFound;
        const id = itemStream({ kind, itemId });
        const step = { ...cause, commandId: derivedId(cause.commandId, 'begin', id) };
        const outcome = await items.handle(id, { type: 'BeginLink', data: { mocId } }, step);
        if (isRejection<LinkedItemRejection>(outcome)) return outcome;
        links.push({ kind, itemId, verified: existing !== undefined });
      }
    }
    return links;
  };

  return {
    prepare,

    link: async ({ kind, itemId, mocId, by }, cause, expected) => {
      const links = await prepare([{ kind, itemId }], mocId, by, cause);
      if (isRejection(links)) return links;
      const [link = { kind, itemId, verified: false }] = links;
      return mocs(mocId, { type: 'LinkGalleryItem', data: { mocId, by, ...link, at: now() } }, cause, expected);
    },

    removeDangling: async (item, goneAt, cause) => {
      const id = itemStream(item);
      await items.handle(id, { type: 'MarkGone', data: { at: goneAt } }, cause);
      for (const mocId of (await items.latest(id)).state.mocIds) {
        const step = { ...cause, commandId: derivedId(cause.commandId, mocId) };
        await mocs(mocId, { type: 'DropGalleryLink', data: { mocId, ...item } }, step);
      }
    },

    validate: async ({ mocId, owner, links }, repair) => {
      let dangling = 0;
      for (const kind of ['image', 'album'] as const) {
        const ids = links.filter((link) => link.kind === kind).map(({ itemId }) => itemId);
        if (ids.length === 0) continue;
        const cause: Cause = { commandId: newId(), correlationId: newId(), actor: 'gallery-links' };
        const existing = await gallery.existing(kind, ids, owner, cause.correlationId);
        if (existing === undefined) return undefined;
        dangling += ids.filter((itemId) => !existing.has(itemId)).length;
        for (const itemId of repair ? ids : []) {
          const type = existing.has(itemId) ? 'VerifyGalleryLink' : 'DropGalleryLink';
          const step = { ...cause, commandId: derivedId(cause.commandId, itemId) };
          await mocs(mocId, { type, data: { mocId, kind, itemId } }, step);
        }
      }
      return { dangling };
    },
  };
};
