import type { BuildLot } from '../../domain/builds/operations.ts';
import { lotKeyOf, pieceOf, type LotKey, type LotQuantity, type Piece } from '../../domain/lots.ts';
import { sectionKeyOf, type SectionName } from '../../domain/section-keys.ts';

/** Pieces of a request, with their quantities, as lots. */
export const toLots = (pieces: readonly (Piece & { readonly quantity: number })[]): readonly LotQuantity[] =>
  pieces.map(({ quantity, ...piece }) => ({ lot: lotKeyOf(piece), quantity }));

/** Pieces of an operation, with the bag or step that they are for. */
export const toBuildLot = ({
  quantity,
  section,
  ...piece
}: Piece & { readonly quantity: number; readonly section?: SectionName | undefined }): BuildLot => ({
  ...{ lot: lotKeyOf(piece), quantity },
  ...(section !== undefined && { section: sectionKeyOf(section) }),
});

/** A lot as its piece and the rest of its fields. */
export const toPiece = <T extends { readonly lot: LotKey }>({ lot, ...rest }: T): Piece & Omit<T, 'lot'> => ({
  ...pieceOf(lot),
  ...rest,
});
