/** A wish as far as advice needs it; `productLink` is an address or nothing. */
export type Wish = { readonly title: string; readonly productLink: string };

const MOC_LINK = /\/mocs\/([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})(?:[/?#]|$)/i;
/** As in `titanic-10294`, `10294-1` and `star-wars-75313-at-at`. */
const SET_IN_SEGMENT = /(?:^|-)(\d{4,7})(?:-(\d{1,2}))?(?:-|$)/;
/** Ids of pages hold digits of any kind. */
const PAGE_ID = /^[\da-f-]{32,}$/i;
/** As in "LEGO 10294 Titanic", "Set 10294-1" and "10294 Titanic"; a number within a title may be anything. */
const SET_IN_TITLE = /(?:^|\blego |\bset )#?(\d{4,7})(?:-(\d{1,2}))?\b/i;

const numberIn = (pattern: RegExp, text: string): string | undefined => {
  const [, number, version] = pattern.exec(text) ?? [];
  return number === undefined || version === undefined ? number : `${number}-${version}`;
};

/** The set that an address of a shop or a catalogue is about; BrickLink has it behind the question mark. */
const setIn = (link: string): string | undefined => {
  if (!URL.canParse(link)) return undefined;
  const { pathname, searchParams } = new URL(link);
  const segments = [...pathname.split('/'), searchParams.get('S') ?? ''].filter((segment) => !PAGE_ID.test(segment));
  return segments.map((segment) => numberIn(SET_IN_SEGMENT, segment)).find((number) => number !== undefined);
};

/** The MOC of this platform that a wish links to. */
export const mocOf = ({ productLink }: Wish): string | undefined => MOC_LINK.exec(productLink)?.[1]?.toLowerCase();

/** The number of the set that a wish names: by its link, else by its title. */
export const setOf = (wish: Wish): string | undefined =>
  mocOf(wish) === undefined ? (setIn(wish.productLink) ?? numberIn(SET_IN_TITLE, wish.title)) : undefined;
