import type { Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import { findingsIn, LAST_PLACE, placeIn, rowOf, wishIn } from './legacy-columns.ts';

import type { ItemId, LegacyColumns, Wish, WishImported, WishlistEvent } from './wishlist-events.ts';
import { omit, type Item, type Wishlist, type WishlistRejection } from './wishlist-state.ts';

/** A row of the monolith after a change; without columns it was deleted. */
export type LegacyChange = {
  readonly itemId: ItemId;
  readonly sequence: number;
  readonly row?: { readonly columns: LegacyColumns; readonly addedAt: Instant };
};

/** Takes over rows of the monolith, and what was deleted there; each once, and none in the place of a later one. */
export type ImportWishes = Message<'ImportWishes', { owner: UserId; changes: readonly LegacyChange[] }>;

/** What the monolith knows nothing of, until somebody says it. */
export const PLAIN_WISH: Pick<Wish, 'priority' | 'price' | 'image'> = { priority: 'medium', price: null, image: null };

export const isSameRow = (first: LegacyColumns, other: LegacyColumns): boolean =>
  (Object.keys(first) as (keyof LegacyColumns)[]).every((name) => first[name] === other[name]);

const importOf = (
  { itemId, sequence, row }: LegacyChange,
  owner: UserId,
  item: Item | undefined,
  rowNow: LegacyColumns | undefined,
): WishlistEvent | undefined => {
  if (row === undefined) return item === undefined ? undefined : { type: 'WishlistItemDeleted', data: { itemId } };
  const { columns, addedAt } = row;
  // Not the row that came last: the platform may have changed it since, and the monolith changed it back.
  if (rowNow !== undefined && isSameRow(rowNow, columns)) return undefined;
  // What the monolith knows nothing of stays as the platform has it.
  const wish = { ...PLAIN_WISH, ...item?.wish, ...wishIn(columns) };
  const data = { owner, itemId, wish, addedAt, legacy: columns, sequence, findings: findingsIn(columns) };
  return { type: 'WishImported', data };
};

/** Changes of one row may come twice, and in any order: the one with the largest sequence counts. */
export const importWishes = (
  { data: { owner, changes } }: ImportWishes,
  list: Wishlist,
): Decision<WishlistEvent, WishlistRejection> => {
  const items = new Map(list.items.map((item) => [item.itemId, item]));
  const rows = new Map(list.items.map((item, index) => [item.itemId, rowOf(item, index)]));
  const latest = new Map<ItemId, LegacyChange>();
  for (const change of changes) {
    const lastSequence = latest.get(change.itemId)?.sequence ?? items.get(change.itemId)?.legacy?.sequence ?? 0;
    if (change.sequence >= lastSequence && !list.deleted.includes(change.itemId)) latest.set(change.itemId, change);
  }
  return [...latest.values()].flatMap(
    ({ itemId, ...change }) => importOf({ itemId, ...change }, owner, items.get(itemId), rows.get(itemId)) ?? [],
  );
};

type PlacedItem = { readonly item: Item; readonly place: number };

const byPlace = (first: PlacedItem, other: PlacedItem): number =>
  first.place - other.place ||
  (first.item.addedAt < other.item.addedAt ? -1 : Number(first.item.addedAt > other.item.addedAt)) ||
  (first.item.itemId < other.item.itemId ? -1 : 1);

/** The items with one taken over from the monolith, in the order that the monolith means. */
export const withImportedWish = (
  items: readonly Item[],
  { itemId, wish, addedAt, legacy: columns, sequence }: WishImported['data'],
): readonly Item[] => {
  const former = items.find((item) => item.itemId === itemId);
  const item: Item = {
    ...former,
    ...{ itemId, wish, addedAt, legacy: { columns, sequence }, place: placeIn(columns.sort_order) },
  };
  const others = withPlaces(items).filter((other) => other.itemId !== itemId);
  return [...others, item]
    .map((candidate) => ({ item: candidate, place: candidate.place ?? LAST_PLACE }))
    .toSorted(byPlace)
    .map(({ item: inOrder }) => inOrder);
};

/** The items with the places that they have: what comes and goes beside them changes none of their rows. */
export const withPlaces = (items: readonly Item[]): readonly Item[] =>
  items.map((item, index) => (item.place === undefined ? { ...item, place: index } : item));

/** A new item comes behind all others, whoever says the order. */
export const atEnd = (items: readonly Item[], item: Item): Item => {
  const places = items.flatMap(({ place }) => (place === undefined || place === LAST_PLACE ? [] : [place]));
  return places.length === 0 ? item : { ...item, place: Math.max(...places) + 1 };
};

/** An order of the platform's own: the place of an item is its index from then on. */
export const withoutPlace = (item: Item): Item => omit(item, 'place');
