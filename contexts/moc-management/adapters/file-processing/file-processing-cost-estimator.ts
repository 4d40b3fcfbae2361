import { fileProcessingClient } from '@lego-moc/file-processing/contracts/client';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { CostEstimator } from '../../application/ports/cost-estimator.ts';
import { callThrough } from './call-through.ts';

/** Costs are estimated by the file-processing service, which has the lots and the prices. */
export const fileProcessingCostEstimator = (service: ServiceClient): CostEstimator => ({
  estimate: fileProcessingClient(callThrough(service)).estimate,
});
