import type { LegacyColumns, LegacyFinding, Wish } from './wishlist-events.ts';
import type { Item } from './wishlist-state.ts';

const TITLE_MAX = 200;
const TITLE_OF_BLANK = 'Untitled';

/** Behind every place that could be read. */
export const LAST_PLACE = Number.MAX_SAFE_INTEGER;

const isSafeLink = (link: string): boolean => /^https?:\/\/[^\s/]+/i.test(link);

/** The place that an order kept as text means. */
export const placeIn = (sortOrder: string): number => {
  const place = sortOrder.trim() === '' ? Number.NaN : Number(sortOrder);
  return Number.isFinite(place) ? place : LAST_PLACE;
};

const titleIn = ({ title }: LegacyColumns): string => {
  const text = title.trim();
  return text === '' ? TITLE_OF_BLANK : text;
};

const linkIn = ({ product_link: link }: LegacyColumns): string => {
  const text = link?.trim() ?? '';
  return isSafeLink(text) ? text : '';
};

/** What the platform shows of a row. */
export const wishIn = (columns: LegacyColumns): Pick<Wish, 'title' | 'description' | 'productLink' | 'category'> => ({
  title: titleIn(columns),
  description: columns.description ?? '',
  productLink: linkIn(columns),
  category: columns.category?.trim() ?? '',
});

/** What about a row no request would be allowed. */
export const findingsIn = (columns: LegacyColumns): readonly LegacyFinding[] => {
  const { title, product_link: link, sort_order: order, image_url: image } = columns;
  const findings: readonly (readonly [LegacyFinding, boolean])[] = [
    ['title-blank', title.trim() === ''],
    ['title-too-long', title.trim().length > TITLE_MAX],
    ['link-unsafe', (link ?? '').trim() !== '' && linkIn(columns) === ''],
    ['order-unreadable', placeIn(order) === LAST_PLACE],
    ['image-left-behind', (image ?? '') !== ''],
  ];
  return findings.flatMap(([finding, holds]) => (holds ? [finding] : []));
};

/** A row with nothing in it. */
export const NO_ROW: LegacyColumns = {
  ...{ title: '', description: null, product_link: null, image_url: null, category: null, sort_order: '' },
};

/**
 * The columns that the monolith should have for a wish. What still means the same stays as it is there, in its own
 * spelling: the platform changes nothing that nobody changed.
 */
export const columnsFor = (wish: Wish, place: number, former: LegacyColumns | undefined): LegacyColumns => {
  const row = former ?? NO_ROW;
  const before = former === undefined ? undefined : wishIn(former);
  const orNull = (text: string): string | null => (text === '' ? null : text);
  return {
    title: before?.title === wish.title ? row.title : wish.title,
    description: before?.description === wish.description ? row.description : orNull(wish.description),
    product_link: before?.productLink === wish.productLink ? row.product_link : orNull(wish.productLink),
    image_url: row.image_url,
    category: before?.category === wish.category ? row.category : orNull(wish.category),
    sort_order: placeIn(row.sort_order) === place ? row.sort_order : String(place),
  };
};

/** The columns of the item at that index as the monolith has them, or should have them. */
export const rowOf = ({ wish, place, legacy }: Item, index: number): LegacyColumns =>
  columnsFor(wish, place ?? index, legacy?.columns);
