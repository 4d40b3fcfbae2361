import type { UserId } from '@lego-moc/kernel/message';
import type { ItemReply, ItemsQuery } from '../../contracts/http-api.ts';

/** Over all items of one owner, or of one kind of source. */
export type ItemTotals = {
  readonly items: number;
  readonly built: number;
  readonly purchased: number;
  readonly complete: number;
  readonly needed: number;
  readonly usable: number;
  /** The mean of the items' exact percentages, with two decimals; "0.00" without any. */
  readonly averagePercentage: string;
};

/** Items from the read model: a moment behind their streams. */
export interface ItemReader {
  /** The latest change first. */
  page(
    owner: UserId,
    query: ItemsQuery,
  ): Promise<{ readonly items: readonly ItemReply[]; readonly nextCursor: string | null }>;
  totals(owner: UserId, kind?: ItemReply['source']['kind']): Promise<ItemTotals>;
}
