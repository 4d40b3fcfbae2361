import type { Cause } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { Origin, Price, Purchase, Section } from '../../domain/inventory-item-events.ts';
import type { LotQuantity } from '../../domain/lots.ts';

/** A list that file processing has read. Lots of the same piece are one; spares and lots with a problem are left out. */
export type ReadList = {
  readonly partsListId: string;
  readonly fileName: string;
  readonly origin: Origin;
  readonly lots: readonly LotQuantity[];
  /** The steps of a model, as far as an item may have so many. */
  readonly steps: readonly Section[];
};

/** `skippedLots` could not be read, or are no pieces. */
/** An order that file processing has read; what the file does not say plainly is null. */
export type ReadOrder = Pick<Purchase, 'lots'> & {
  readonly orderId: string;
  readonly date: string | null;
  readonly shop: string | null;
  readonly total: Price | null;
};

/** As many orders, and lots of orders, as one file may have. */
export const ORDERS_MAX = 200;
export const ORDER_LOTS_MAX = 20_000;

export type LotsPage = {
  readonly lots: readonly LotQuantity[];
  readonly skippedLots: number;
  readonly nextCursor: number | null;
};

/** Parts lists as the service that reads files has them. */
export interface PartsLists {
  /**
   * `no-such-job` also for a job of another user than `owner`, if one is given; `not-completed` while it is read, waits for
   * a decision or has failed.
   */
  read(jobId: string, owner: UserId | null, cause: Cause): Promise<ReadList | 'no-such-job' | 'not-completed'>;
  /** The orders of a job of `owner`; none for a file of another kind. */
  orders(
    jobId: string,
    owner: UserId,
    cause: Cause,
  ): Promise<readonly ReadOrder[] | 'no-such-job' | 'not-completed' | 'too-many-orders'>;
  /**
   * The lots of a job whose MOC the caller may see. `undefined` when the job is gone or not completed; at most one more
   * than an item may have.
   */
  lots(jobId: string, cause: Cause): Promise<readonly LotQuantity[] | undefined>;
  /** Whether the lots of a job can be read. */
  status(jobId: string, owner: UserId, cause: Cause): Promise<'completed' | 'no-such-job' | 'not-completed'>;
  /** A page of a completed job's pieces, spares included; `undefined` when the job is gone. */
  page(jobId: string, cursor: number, cause: Cause): Promise<LotsPage | undefined>;
}
