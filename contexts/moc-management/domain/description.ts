import { DEFAULT_LICENCE, type Licence } from './licence.ts';

/** What the maker of a set says about it. */
export type SetDetails = {
  /** Empty when it is not known; several sets without a brand may have one number. */
  readonly brand: string;
  readonly number: string;
  readonly releaseYear?: number;
  /** No longer sold by its maker. */
  readonly retired: boolean;
};

/** The builder's description of a MOC, apart from its title. */
export type Description = {
  readonly description: string;
  /** A LEGO theme such as "Castle"; empty when the builder names none. */
  readonly theme: string;
  readonly tags: readonly string[];
  readonly subtheme?: string;
  /** The designer, when that is not the owner. */
  readonly author?: string;
  /** What others may do with it; all rights are reserved when it is absent. */
  readonly licence?: Licence;
  /** Present for a set, and only for one. */
  readonly set?: SetDetails;
};

/** Changes the given fields of a description and keeps the others. */
export type DescriptionChange = Omit<Partial<Description>, 'set'> & { readonly set?: Partial<SetDetails> };

/** The description among the fields of an event, a command or a MOC. */
export const descriptionIn = ({
  description,
  theme,
  tags,
  subtheme,
  author,
  licence,
  set,
}: Description): Description => ({
  ...{ description, theme, tags },
  ...(subtheme === undefined ? {} : { subtheme }),
  ...(author === undefined ? {} : { author }),
  ...(licence === undefined ? {} : { licence }),
  ...(set === undefined ? {} : { set }),
});

/** The description after a change. Details of a set have no effect on what is none. */
export const changeDescription = (current: Description, { set, ...change }: DescriptionChange): Description => {
  const next = { ...descriptionIn(current), ...change };
  return descriptionIn(current.set === undefined ? next : { ...next, set: { ...current.set, ...set } });
};

/** Equal for a detail that is absent and one that says the same. */
const optionalsOf = ({ subtheme = '', author = '', licence = DEFAULT_LICENCE }: Description): string =>
  JSON.stringify([subtheme, author, licence]);

export const isSameDescription = (some: Description, other: Description): boolean =>
  some.description === other.description &&
  some.theme === other.theme &&
  optionalsOf(some) === optionalsOf(other) &&
  some.tags.length === other.tags.length &&
  some.tags.every((tag, index) => tag === other.tags[index]) &&
  isSameSet(some.set, other.set);

const isSameSet = (some: SetDetails | undefined, other: SetDetails | undefined): boolean =>
  some?.brand === other?.brand &&
  some?.number === other?.number &&
  some?.releaseYear === other?.releaseYear &&
  some?.retired === other?.retired;
