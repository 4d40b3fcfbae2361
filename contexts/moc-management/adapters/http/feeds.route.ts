import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Router, type Request } from 'express';
import { ok, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { Feed, FeedRefusal, Feeds } from '../../application/feeds.ts';
import type { MocId } from '../../domain/moc-id.ts';
import {
  ATOM,
  JSON_FEED,
  readBuilderAtom,
  readBuilderJsonFeed,
  readMocAtom,
  readMocJsonFeed,
} from './feed-contracts.ts';
import { atomDocument, jsonFeed, type FeedUrls } from './feed-documents.ts';
import { refusal } from './rejection-status.ts';

/** Anybody's copy serves for so long; what is hidden or deleted is gone from it then. */
const CACHE_CONTROL = 'public, max-age=300';

const tagOf = (document: string): string => createHash('sha256').update(document).digest('base64url');

const atomReply = (feed: Feed, urls: FeedUrls): Reply => {
  const document = atomDocument(feed, urls);
  return {
    status: 200,
    headers: {
      'content-type': `${ATOM}; charset=utf-8`,
      'content-length': String(Buffer.byteLength(document)),
      'cache-control': CACHE_CONTROL,
      etag: `"${tagOf(document)}"`,
    },
    stream: Readable.from([document]),
  };
};

const jsonReply = (feed: Feed, urls: FeedUrls): Reply => {
  const body = jsonFeed(feed, urls);
  const headers = { 'content-type': `${JSON_FEED}; charset=utf-8`, 'cache-control': CACHE_CONTROL };
  return ok(body, { etag: tagOf(JSON.stringify(body)), headers });
};

/** Feeds for everybody. `api` is the public URL of the API, as in `https://mocs.example/api`. */
export const feedRoutes = (feeds: Feeds, api: string): Router => {
  const answer = async (
    request: Request,
    feed: Promise<Feed | FeedRefusal>,
    reply: (feed: Feed, urls: FeedUrls) => Reply,
  ): Promise<Reply> => {
    const result = await feed;
    const self = api + request.path.replace(/^\/v1/, '');
    return isRejection(result) ? refusal(result) : reply(result, { api, self });
  };
  const ofMoc = (mocId: string) => feeds.ofMoc(mocId as MocId);
  const ofBuilder = (builderId: string) => feeds.ofBuilder(builderId as UserId);

  return Router().use(
    route(readMocAtom, ({ request, params: { mocId } }) => answer(request, ofMoc(mocId), atomReply)),
    route(readMocJsonFeed, ({ request, params: { mocId } }) => answer(request, ofMoc(mocId), jsonReply)),
    route(readBuilderAtom, ({ request, params: { builderId } }) => answer(request, ofBuilder(builderId), atomReply)),
    route(readBuilderJsonFeed, ({ request, params: { builderId } }) =>
      answer(request, ofBuilder(builderId), jsonReply),
    ),
  );
};
