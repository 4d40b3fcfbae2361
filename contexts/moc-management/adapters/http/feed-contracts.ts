import { defineRoute } from '@lego-moc/http/route-contract';
import { jsonFeedReply } from '../../contracts/feeds-api.ts';
import { mocParams } from '../../contracts/http-api.ts';
import { builderParams } from '../../contracts/interests-api.ts';

export const ATOM = 'application/atom+xml';
export const JSON_FEED = 'application/feed+json';

const feed = { method: 'get', tags: ['Feeds'], access: 'anyone' } as const;
const atomReplies = { 200: { description: 'An Atom feed of at most 50 entries', mediaType: ATOM } };
const jsonReplies = {
  200: { description: 'A JSON Feed of at most 50 items', mediaType: JSON_FEED, schema: jsonFeedReply },
};

const ofMoc = { ...feed, params: mocParams, summary: 'Versions of a published MOC, and comments on it' };
const ofBuilder = { ...feed, params: builderParams, summary: 'The published MOCs of a builder' };

export const readMocAtom = defineRoute({ ...ofMoc, path: '/v1/feeds/mocs/:mocId/atom', replies: atomReplies });
export const readMocJsonFeed = defineRoute({ ...ofMoc, path: '/v1/feeds/mocs/:mocId/json', replies: jsonReplies });
export const readBuilderAtom = defineRoute({
  ...{ ...ofBuilder, path: '/v1/feeds/builders/:builderId/atom', replies: atomReplies },
});
export const readBuilderJsonFeed = defineRoute({
  ...{ ...ofBuilder, path: '/v1/feeds/builders/:builderId/json', replies: jsonReplies },
});
