import type { UserId } from '@lego-moc/kernel/message';
import type {
  HoldingReply,
  HoldingsQuery,
  StockQuery,
  StockReply,
  StockSummaryReply,
} from '../../contracts/stock-api.ts';
import type { ItemKind } from '../../domain/lots.ts';

/** Pieces of one kind in one place. */
export type OwnedLot = {
  readonly holdingId: string;
  readonly location: string | null;
  readonly kind: ItemKind;
  readonly number: string;
  /** Null: nobody has said which. */
  readonly colour: string | null;
  readonly quantity: number;
};

/** Everything that a builder owns, as of one revision. */
export type OwnedStock = { readonly revision: string; readonly lots: readonly OwnedLot[] };

type Page<T> = { readonly items: readonly T[]; readonly nextCursor: string | null };

/**
 * A builder's own pieces from the read model: a moment behind their streams. The revision of a stock is the number of
 * events that all of its places have had.
 */
export interface StockReader {
  owned(owner: UserId): Promise<OwnedStock>;
  revision(owner: UserId): Promise<string>;
  /** By piece, with all places that it lies in. */
  pieces(owner: UserId, query: StockQuery): Promise<Page<StockReply['pieces'][number]>>;
  /** By name, the place without a name first. */
  holdings(owner: UserId, query: HoldingsQuery): Promise<Page<HoldingReply>>;
  summary(owner: UserId): Promise<Omit<StockSummaryReply, 'revision'>>;
}
