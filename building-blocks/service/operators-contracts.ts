import type { RouteContract } from '@lego-moc/http/route-contract';
import { AGGREGATE_CONTRACTS } from '@lego-moc/operations/aggregate-contracts';
import { STREAM_CONTRACTS } from '@lego-moc/operations/stream-contracts';
import { AUDIT_CONTRACTS } from './audits.ts';
import { ACTION_CONTRACTS } from './operator-actions.ts';
import { PROCESS_CONTRACTS } from './process-routes.ts';
import { PROJECTION_CONTRACTS } from './projection-routes.ts';
import { RESTART_CONTRACTS } from './restart-route.ts';
import { REVEAL_CONTRACTS } from './reveal-route.ts';
import { SUBSCRIPTION_CONTRACTS } from './subscriptions.ts';

/** What a service has of which operators have routes. */
export type Operable = { readonly projections: boolean; readonly processes: boolean };

/** The operators' routes that every service has; those of projections and processes only where it has any. */
export const operatorsContracts = ({ projections, processes }: Operable): readonly RouteContract[] => [
  ...(projections ? PROJECTION_CONTRACTS : []),
  ...(processes ? PROCESS_CONTRACTS : []),
  ...[...SUBSCRIPTION_CONTRACTS, ...ACTION_CONTRACTS],
  ...[...STREAM_CONTRACTS, ...AGGREGATE_CONTRACTS, ...REVEAL_CONTRACTS, ...AUDIT_CONTRACTS, ...RESTART_CONTRACTS],
];
