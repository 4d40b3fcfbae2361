import type { EstimateQuery, EstimateReply } from '@lego-moc/file-processing/contracts/price-api';
import type { UserId } from '@lego-moc/kernel/message';
import type { JobId } from '../../domain/moc-events.ts';

/** Estimates what parts lists cost. */
export interface CostEstimator {
  /**
   * What the lists of these jobs cost together, by the prices that the reader may use; `refused` says why that cannot be
   * said. Throws an outage.
   */
  estimate(
    jobIds: readonly JobId[],
    reader: UserId,
    market: EstimateQuery,
  ): Promise<EstimateReply | { readonly refused: string }>;
}
