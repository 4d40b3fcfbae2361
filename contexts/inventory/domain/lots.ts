import type { Brand } from '@lego-moc/kernel/message';

/** A kind of piece: `part:3001:4` is part 3001 in colour 4, `part:3001:` in any colour, `set:6080-1:` a set. */
export type LotKey = Brand<string, 'LotKey'>;

export const itemKinds = ['part', 'set', 'minifig'] as const;
export type ItemKind = (typeof itemKinds)[number];

/** Numbers as the catalogue has them, else as the list writes them. `colour` is null for any colour. */
export type Piece = { readonly kind: ItemKind; readonly number: string; readonly colour: string | null };

/** Pieces of one lot. */
export type LotQuantity = { readonly lot: LotKey; readonly quantity: number };

/** Kinds and colours have no colon, so that a number may have some. */
export const lotKeyOf = ({ kind, number, colour }: Piece): LotKey => `${kind}:${number}:${colour ?? ''}` as LotKey;

/** The piece that a key stands for. */
export const pieceOf = (lot: LotKey): Piece => {
  const [first, last] = [lot.indexOf(':'), lot.lastIndexOf(':')];
  const colour = lot.slice(last + 1);
  return {
    kind: lot.slice(0, first) as ItemKind,
    number: lot.slice(first + 1, last),
    colour: colour === '' ? null : colour,
  };
};

/** The piece in words. */
export const nameOf = (lot: LotKey): string => {
  const { kind, number, colour } = pieceOf(lot);
  return `${kind} ${number}${colour === null ? '' : ` in colour ${colour}`}`;
};

/** One entry for each lot, with the sum of its quantities, in the order of first appearance; zeros are left out. */
export const mergeLots = (lots: readonly LotQuantity[]): readonly LotQuantity[] => {
  const sums = new Map<LotKey, number>();
  for (const { lot, quantity } of lots) sums.set(lot, (sums.get(lot) ?? 0) + quantity);
  return [...sums].flatMap(([lot, quantity]) => (quantity === 0 ? [] : [{ lot, quantity }]));
};

/** The sum of all quantities. */
export const piecesIn = (lots: readonly LotQuantity[]): number => lots.reduce((sum, { quantity }) => sum + quantity, 0);
