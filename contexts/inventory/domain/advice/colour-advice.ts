/** A price of one piece: a decimal number with four decimals. */
export type UnitPrice = { readonly amount: string; readonly currency: string };

/** A colour that a part is known in. */
export type KnownColour = {
  readonly colour: string;
  readonly name: string;
  /** As many numbers LEGO sells it by. */
  readonly elements: number;
  /** As many sets and minifigs have it; null when the catalogue does not say. */
  readonly sets: number | null;
  readonly price: UnitPrice | null;
};

/** Reasons to think about a colour again, the most pressing first. */
export const adviceReasons = ['colours-unknown', 'no-element', 'few-sets', 'cheaper-colour'] as const;
export type AdviceReason = (typeof adviceReasons)[number];

/** A colour to take instead; `isCheaper` is null unless both prices are known in one currency. */
export type OtherColour = KnownColour & { readonly isCheaper: boolean | null };

export type ColourAdvice = {
  readonly reason: AdviceReason;
  /** What is known of the wanted colour. */
  readonly supply: Pick<KnownColour, 'elements' | 'sets' | 'price'>;
  /** The cheapest first, then those of the most sets. */
  readonly others: readonly OtherColour[];
  readonly othersLeftOut: number;
};

/** A part in a colour of so few sets is rare on the market. */
export const FEW_SETS = 3;

const OTHERS_MAX = 5;

const UNKNOWN: ColourAdvice['supply'] = { elements: 0, sets: null, price: null };

const isCheaper = (price: UnitPrice | null, wantedPrice: UnitPrice | null): boolean | null =>
  price === null || wantedPrice?.currency !== price.currency ? null : Number(price.amount) < Number(wantedPrice.amount);

const byPriceAndSets = (a: OtherColour, b: OtherColour): number => {
  if (a.price !== null && b.price !== null && a.price.amount !== b.price.amount)
    return Number(a.price.amount) - Number(b.price.amount);
  if ((a.price === null) !== (b.price === null)) return a.price === null ? 1 : -1;
  return (b.sets ?? 0) - (a.sets ?? 0) || a.colour.localeCompare(b.colour, 'en', { numeric: true });
};

const reasonFor = (
  { elements, sets }: ColourAdvice['supply'],
  knownColours: readonly KnownColour[],
  others: readonly OtherColour[],
): AdviceReason | undefined => {
  if (knownColours.length === 0) return 'colours-unknown';
  if (elements === 0) return 'no-element';
  if (sets !== null && sets <= FEW_SETS) return 'few-sets';
  return others.some((other) => other.isCheaper === true) ? 'cheaper-colour' : undefined;
};

/** What to know before a part is bought in a colour; `undefined` when it is common and no other colour is cheaper. */
export const adviseColour = (colour: string, knownColours: readonly KnownColour[]): ColourAdvice | undefined => {
  const { elements, sets, price } = knownColours.find((entry) => entry.colour === colour) ?? UNKNOWN;
  const supply = { elements, sets, price };
  const soldColours = knownColours
    .filter((entry) => entry.colour !== colour && entry.elements > 0)
    .map((entry): OtherColour => ({ ...entry, isCheaper: isCheaper(entry.price, price) }));
  const reason = reasonFor(supply, knownColours, soldColours);
  if (reason === undefined) return undefined;
  const others = soldColours
    .filter((other) => reason !== 'cheaper-colour' || other.isCheaper === true)
    .sort(byPriceAndSets);
  const othersLeftOut = Math.max(0, others.length - OTHERS_MAX);
  return { reason, supply, others: others.slice(0, OTHERS_MAX), othersLeftOut };
};
