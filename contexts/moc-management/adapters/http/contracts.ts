import type { RouteContract } from '@lego-moc/http/route-contract';
import { ALBUM_LINKS, COVER, IMAGE_LINKS } from './gallery-link-contracts.ts';
import * as comments from './comment-contracts.ts';
import * as feeds from './feed-contracts.ts';
import * as interests from './interest-contracts.ts';
import * as lineage from './lineage-contracts.ts';
import * as reading from './reading-contracts.ts';
import * as succession from './succession-contracts.ts';
import * as versions from './version-contracts.ts';
import * as webhooks from './webhook-contracts.ts';
import * as writing from './writing-contracts.ts';

/** The contracts of all routes of this service. */
export const CONTRACTS: readonly RouteContract[] = [
  ...Object.values(writing),
  ...Object.values(reading),
  ...Object.values(IMAGE_LINKS),
  ...Object.values(ALBUM_LINKS),
  ...Object.values(COVER),
  ...Object.values(versions),
  ...Object.values(lineage),
  ...Object.values(succession),
  ...Object.values(interests),
  ...Object.values(comments),
  ...Object.values(webhooks),
  ...[feeds.readMocAtom, feeds.readMocJsonFeed, feeds.readBuilderAtom, feeds.readBuilderJsonFeed],
];
