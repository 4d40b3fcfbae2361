import type { RouteContract } from '@lego-moc/http/route-contract';
import * as reading from './reading-contracts.ts';
import * as writing from './writing-contracts.ts';

/** Everything this service promises over HTTP. */
export const CONTRACTS: readonly RouteContract[] = [...Object.values(writing), ...Object.values(reading)];
