import { Router, type Request } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { omitUndefined } from '@lego-moc/http/omit-undefined';
import { expectedRevision } from '@lego-moc/http/if-match';
import { refuse } from '@lego-moc/http/problem';
import { created, noContent, ok, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Revision } from '@lego-moc/application/event-streams';
import type { ImageStore } from '../../application/ports/image-store.ts';
import type { WishlistReader } from '../../application/ports/wishlist-reader.ts';
import { wishlistId } from '../../application/wishlist-id.ts';
import type { WishlistCommand, WishlistRejection } from '../../domain/wishlist.ts';
import type { ItemId, Wish } from '../../domain/wishlist-events.ts';
import { addItem, deleteItem, listCategories, listItems, readItem, updateItem } from './contracts.ts';
import { beginningIn, itemReplyOf, pageOf, refuseCursor } from './list-page.ts';
import { noSuchItem, refusal } from './rejection-status.ts';

type Handle = HandleCommand<WishlistCommand, WishlistRejection>;

export type ItemRoutes = {
  readonly handle: Handle;
  readonly reader: WishlistReader;
  readonly categories: readonly string[];
  readonly now: Clock;
  /** Images of deleted items are removed by the sweep. */
  readonly images: Pick<ImageStore, 'mark'>;
};

const ownersList = (request: Request): string => wishlistId(userOf(request).id);

/** A list that nothing was ever on has no tag. */
export const tagOf = (revision: Revision): bigint | undefined => (revision === 'no-stream' ? undefined : revision);

/** The category by the operator's spelling. Refuses one that is not on the list. */
const categoryIn = (categories: readonly string[], asked: string): string => {
  if (asked === '') return '';
  const known = categories.find((category) => category.toLowerCase() === asked.toLowerCase());
  return (
    known ??
    refuse(400, 'category-unknown', 'Wishes are sorted under a LEGO theme; see /v1/wishlist/categories.', {
      errors: [{ pointer: '/category', detail: 'not one of the categories' }],
    })
  );
};

/** The item as it stands after a command, or why it was refused. */
export const itemAfter =
  ({ handle, reader }: Pick<ItemRoutes, 'handle' | 'reader'>) =>
  async (request: Request, itemId: ItemId, command: WishlistCommand): Promise<Reply> => {
    const outcome = await handle(ownersList(request), command, causeOf(request), expectedRevision(request));
    if (isRejection(outcome)) return refusal(outcome);
    const { list, revision } = await reader.seen(userOf(request).id);
    // What was just added stands last.
    const place = list.items.findLastIndex((item) => item.itemId === itemId);
    const item = list.items[place];
    return item === undefined ? noSuchItem : ok(itemReplyOf(item, place + 1), { etag: tagOf(revision) });
  };

/** Wishing, and reading what is wished for. */
export const itemRoutes = (needs: ItemRoutes): Router => {
  const { handle, reader, categories, now, images } = needs;
  const reply = itemAfter(needs);

  return Router().use(
    route(listCategories, () => ok({ categories })),

    route(listItems, async ({ request, query }) => {
      const { id: owner } = userOf(request);
      if (query.cursor !== undefined) {
        const beginning = beginningIn(query.cursor, query);
        const list = (await reader.asOf(owner, beginning.revision)) ?? refuseCursor();
        return ok(pageOf(list, beginning, query), { etag: beginning.revision });
      }
      const { list, revision } = await reader.read(owner, query.atLeastRevision);
      const etag = tagOf(revision);
      return ok(pageOf(list, { revision: etag ?? 0n, place: 0 }, query), { etag });
    }),

    route(addItem, async ({ request, body }) => {
      const { id: owner } = userOf(request);
      const itemId = causeOf(request).commandId as ItemId;
      const wish: Wish = { ...body, category: categoryIn(categories, body.category), image: null };
      const answer = await reply(request, itemId, { type: 'AddItem', data: { owner, itemId, wish, at: now() } });
      if (answer.status !== 200) return answer;
      const { etag } = answer.headers ?? {};
      return {
        ...created(`/v1/wishlist/${itemId}`, answer.body),
        headers: { location: `/v1/wishlist/${itemId}`, ...(etag === undefined ? {} : { etag }) },
      };
    }),

    route(updateItem, ({ request, params, body }) => {
      const itemId = params.itemId as ItemId;
      const { category, ...said } = body;
      const change = omitUndefined({
        ...said,
        category: category === undefined ? undefined : categoryIn(categories, category),
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
      const outcome = await handle(ownersList(request), command, cause, expectedRevision(request));
      if (isRejection(outcome)) return refusal(outcome);
      return noContent(tagOf(outcome.revision));
    }),

    route(readItem, async ({ request, params }) => {
      const { list, revision } = await reader.latest(userOf(request).id);
      const place = list.items.findIndex(({ itemId }) => itemId === params.itemId);
      const item = list.items[place];
      return item === undefined ? noSuchItem : ok(itemReplyOf(item, place + 1), { etag: tagOf(revision) });
    }),
  );
};
