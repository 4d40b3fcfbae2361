import { Router, type Request } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { omitUndefined } from '@lego-moc/http/omit-undefined';
import { ok, problem, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { Clock } from '@lego-moc/application/clock';
import { isRejection } from '@lego-moc/kernel/decider';
import { wishlistId } from '../../contracts/wishlist-id.ts';
import type { WishlistStates } from '../../application/wishlist-states.ts';
import type { LegacyItem, LegacyItemFields } from '../../contracts/legacy-api.ts';
import { rowOf } from '../../domain/legacy-columns.ts';
import type { WishlistCommand } from '../../domain/wishlist.ts';
import type { ItemId, LegacyColumns } from '../../domain/wishlist-events.ts';
import type { Wishlist } from '../../domain/wishlist-state.ts';
import {
  addLegacyItem,
  deleteLegacyItem,
  listLegacyItems,
  patchLegacyItem,
  putLegacyItem,
  searchLegacyItems,
} from './legacy-api-contracts.ts';
import { toProblem } from './rejection-status.ts';

export type LegacyApiRoutes = {
  readonly states: Pick<WishlistStates, 'handle' | 'latest' | 'lastSeen'>;
  readonly now: Clock;
};

export const answer = (message: string, data: unknown): Reply => ok({ status: 200, message, data });

/** As the monolith sorts: numbers as text. */
const bySortOrder = (first: LegacyItem, other: LegacyItem): number =>
  first.sortOrder < other.sortOrder ? -1 : Number(first.sortOrder > other.sortOrder);

/** A list in the monolith's form. The platform keeps no time of a wish's last change. */
export const legacyItemsOf = (owner: string, { items }: Wishlist): readonly LegacyItem[] =>
  items
    .map((item, index) => {
      const { itemId: id, addedAt: createdAt } = item;
      const { product_link: productLink, image_url: imageUrl, sort_order: sortOrder, ...columns } = rowOf(item, index);
      return { id, userId: owner, ...columns, productLink, imageUrl, sortOrder, createdAt, updatedAt: createdAt };
    })
    .toSorted(bySortOrder);

const columnsOf = ({ productLink, imageUrl, sortOrder, ...fields }: LegacyItemFields): Partial<LegacyColumns> =>
  omitUndefined({ ...fields, product_link: productLink, image_url: imageUrl, sort_order: sortOrder });

const includes = (text: string | null, part: string): boolean =>
  text?.toLowerCase().includes(part.toLowerCase()) ?? false;

/** The list of the caller, after the command when one is given. */
export const legacyLists = ({ states }: Pick<LegacyApiRoutes, 'states'>) => {
  const listIdOf = (request: Request): string => wishlistId(userOf(request).id);
  return {
    handle: (request: Request, command: WishlistCommand) => states.handle(listIdOf(request), command, causeOf(request)),
    latest: async (request: Request): Promise<Wishlist> => (await states.latest(listIdOf(request))).state,
    lastSeen: async (request: Request): Promise<Wishlist> => (await states.lastSeen(listIdOf(request))).state,
  };
};

/** Items in the monolith's contract. It goes when no client speaks it any more. */
export const legacyItemRoutes = ({ states, now }: LegacyApiRoutes): Router => {
  const lists = legacyLists({ states });

  const readItems = async (request: Request): Promise<readonly LegacyItem[]> =>
    legacyItemsOf(userOf(request).id, await lists.latest(request));

  const writeItem = async (
    request: Request,
    itemId: ItemId,
    message: string,
    command: WishlistCommand,
  ): Promise<Reply> => {
    const outcome = await lists.handle(request, command);
    if (isRejection(outcome)) return toProblem(outcome);
    const items = legacyItemsOf(userOf(request).id, await lists.lastSeen(request));
    const item = items.find(({ id }) => id === itemId);
    return item === undefined
      ? problem(404, 'item-not-found', 'The item was deleted meanwhile.')
      : answer(message, item);
  };

  const changeItem = ({
    request,
    params,
    body,
  }: {
    request: Request;
    params: { id: string };
    body: LegacyItemFields;
  }) => {
    const itemId = params.id as ItemId;
    const data = { owner: userOf(request).id, rows: [{ itemId, columns: columnsOf(body) }] };
    return writeItem(request, itemId, 'Wishlist item updated', { type: 'ChangeRows', data });
  };

  return Router().use(
    route(listLegacyItems, async ({ request, query: { category = '' } }) => {
      const items = await readItems(request);
      return answer('Wishlist', {
        items: category === '' ? items : items.filter((item) => item.category === category),
      });
    }),

    route(searchLegacyItems, async ({ request, query: { q, query, search } }) => {
      const part = [q, query, search].find((text) => text !== undefined && text !== '') ?? '';
      const items = await readItems(request);
      const matches = items.filter(({ title, description }) => includes(title, part) || includes(description, part));
      return answer('Wishlist search', { items: matches });
    }),

    route(addLegacyItem, ({ request, body }) => {
      const itemId = causeOf(request).commandId as ItemId;
      const columns = { ...columnsOf(body), title: body.title };
      const data = { owner: userOf(request).id, itemId, columns, at: now() };
      return writeItem(request, itemId, 'Wishlist item created', { type: 'AddRow', data });
    }),

    route(putLegacyItem, changeItem),
    route(patchLegacyItem, changeItem),

    route(deleteLegacyItem, async ({ request, params: { id } }) => {
      const list = await lists.latest(request);
      // Deleted before, as the monolith has it: unknown.
      if (!list.items.some(({ itemId }) => itemId === id)) return problem(404, 'item-not-found', 'Not found');
      const outcome = await lists.handle(request, { type: 'DeleteItem', data: { itemId: id as ItemId } });
      return isRejection(outcome) ? toProblem(outcome) : answer('Wishlist item deleted', { id });
    }),
  );
};
