import type { RouteContract } from '@lego-moc/http/route-contract';
import * as reading from './reading-contracts.ts';
import * as writing from './writing-contracts.ts';

/** Everything this service promises over HTTP. */
export const CONTRACTS: readonly RouteContract[] = [...Object.values(writing), ...Object.values(reading)];

const UPLOADS = /^\/v1\/mocs\/(?:with-files|[^/]+\/(?:files|parts-lists))$/;

/** Paths whose body is read part by part as it comes in. */
export const readsItsOwnBody = (path: string): boolean => UPLOADS.test(path);
