import { lotKeyOf, pieceOf, type LotKey, type LotQuantity, type Piece } from '../../domain/lots.ts';

/** Pieces of a request, with their quantities, as lots. */
export const toLots = (pieces: readonly (Piece & { readonly quantity: number })[]): readonly LotQuantity[] =>
  pieces.map(({ quantity, ...piece }) => ({ lot: lotKeyOf(piece), quantity }));

/** A lot as its piece and the rest of its fields. */
export const toPiece = <T extends { readonly lot: LotKey }>({ lot, ...rest }: T): Piece & Omit<T, 'lot'> => ({
  ...pieceOf(lot),
  ...rest,
});
