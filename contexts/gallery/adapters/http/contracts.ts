import type { RouteContract } from '@lego-moc/http/route-contract';
import * as albums from './album-contracts.ts';
import * as images from './image-contracts.ts';
import * as moderation from './moderation-contracts.ts';
import * as settings from './settings-contracts.ts';

/** Everything this service promises over HTTP. */
export const CONTRACTS: readonly RouteContract[] = [
  ...Object.values(images),
  ...Object.values(albums),
  ...Object.values(moderation),
  ...Object.values(settings),
];
