import { Router, type Request } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { omitUndefined } from '@lego-moc/http/omit-undefined';
import { expectedRevision } from '@lego-moc/http/if-match';
import { refuse } from '@lego-moc/http/problem';
import { createdReply, noContent, ok, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Revision } from '@lego-moc/application/event-streams';
import type { ImageStore } from '../../application/ports/image-store.ts';
import type { WishlistReader } from '../../application/ports/wishlist-reader.ts';
import { wishlistId } from '../../contracts/wishlist-id.ts';
import type { WishlistCommand } from '../../domain/wishlist.ts';
import type { WishlistRejection } from '../../domain/wishlist-state.ts';
import type { ItemId, Wish } from '../../domain/wishlist-events.ts';
import { addItem, deleteItem, listCategories, listItems, readItem, updateItem } from './contracts.ts';
import { decodeCursor, toItemReply, refuseCursor } from './list-page.ts';
import { previewedReplies } from './previewed-replies.ts';
import { itemNotFound, toProblem } from './rejection-status.ts';

type Handle = HandleCommand<WishlistCommand, WishlistRejection>;

export type ItemRoutes = {
  readonly handle: Handle;
  readonly reader: WishlistReader;
  readonly categories: readonly string[];
  readonly now: Clock;
  /** Images of deleted items are removed by the sweep. */
  readonly images: Pick<ImageStore, 'mark' | 'renditionUrl'>;
};

const wishlistIdOf = (request: Request): string => wishlistId(userOf(request).id);

/** A list without any event has no ETag. */
export const etagOf = (revision: Revision): bigint | undefined => (revision === 'no-stream' ? undefined : revision);

/** The category in the operator's spelling. Refuses one that is not configured. */
const findCategory = (categories: readonly string[], name: string): string => {
  if (name === '') return '';
  const match = categories.find((category) => category.toLowerCase() === name.toLowerCase());
  return (
    match ??
    refuse(400, 'category-unknown', 'There is no such category; take one of GET /v1/wishlist/categories.', {
      errors: [{ pointer: '/category', detail: 'not one of the categories' }],
    })
  );
};

/** Replies with the item after a command, or with the problem that refused it. */
export const replyWithItem =
  ({ handle, reader }: Pick<ItemRoutes, 'handle' | 'reader'>) =>
  async (request: Request, itemId: ItemId, command: WishlistCommand): Promise<Reply> => {
    const outcome = await handle(wishlistIdOf(request), command, causeOf(request), expectedRevision(request));
    if (isRejection(outcome)) return toProblem(outcome);
    const { list, revision } = await reader.lastSeen(userOf(request).id);
    // An item that was just added is the last one.
    const place = list.items.findLastIndex((item) => item.itemId === itemId);
    const item = list.items[place];
    return item === undefined ? itemNotFound : ok(toItemReply(item, place + 1), { etag: etagOf(revision) });
  };

/** Routes that add, change, delete and read items. */
export const itemRoutes = (needs: ItemRoutes): Router => {
  const { handle, reader, categories, now, images } = needs;
  const reply = replyWithItem(needs);
  const { replyWithPage, replyWithOne } = previewedReplies(images);

  return Router().use(
    route(listCategories, () => ok({ categories })),

    route(listItems, async ({ request, query }) => {
      const { id: owner } = userOf(request);
      if (query.cursor !== undefined) {
        const start = decodeCursor(query.cursor, query);
        const list = (await reader.asOf(owner, start.revision)) ?? refuseCursor();
        return replyWithPage(list, start, query, start.revision);
      }
      const { list, revision } = await reader.read(owner, query.atLeastRevision);
      const etag = etagOf(revision);
      return replyWithPage(list, { revision: etag ?? 0n, place: 0 }, query, etag);
    }),

    route(addItem, async ({ request, body }) => {
      const { id: owner } = userOf(request);
      const itemId = causeOf(request).commandId as ItemId;
      const wish: Wish = { ...body, category: findCategory(categories, body.category), image: null };
      const answer = await reply(request, itemId, { type: 'AddItem', data: { owner, itemId, wish, at: now() } });
      if (answer.status !== 200) return answer;
      const { etag } = answer.headers ?? {};
      return {
        ...createdReply(`/v1/wishlist/${itemId}`, answer.body),
        headers: { location: `/v1/wishlist/${itemId}`, ...(etag === undefined ? {} : { etag }) },
      };
    }),

    route(updateItem, ({ request, params, body }) => {
      const itemId = params.itemId as ItemId;
      const { category, ...fields } = body;
      const change = omitUndefined({
        ...fields,
        category: category === undefined ? undefined : findCategory(categories, category),
      });
      return reply(request, itemId, { type: 'UpdateItem', data: { itemId, change } });
    }),

    route(deleteItem, async ({ request, params }) => {
      const itemId = params.itemId as ItemId;
      const command = { type: 'DeleteItem', data: { itemId } } as const;
      const cause = causeOf(request);
      const { list } = await reader.latest(userOf(request).id);
      const image = list.items.find((item) => item.itemId === itemId)?.wish.image ?? null;
      if (image !== null) await images.mark(image, cause.commandId);
      const outcome = await handle(wishlistIdOf(request), command, cause, expectedRevision(request));
      if (isRejection(outcome)) return toProblem(outcome);
      return noContent(etagOf(outcome.revision));
    }),

    route(readItem, async ({ request, params }) => {
      const { list, revision } = await reader.latest(userOf(request).id);
      const place = list.items.findIndex(({ itemId }) => itemId === params.itemId);
      const item = list.items[place];
      if (item === undefined) return itemNotFound;
      return replyWithOne(list, toItemReply(item, place + 1), etagOf(revision));
    }),
  );
};
