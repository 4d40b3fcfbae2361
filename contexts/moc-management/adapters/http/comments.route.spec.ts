import { expect } from 'chai';
import type { RequestHandler } from 'express';
import request from 'supertest';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import { reject } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { commentsOn } from '../../application/comments.ts';
import type { VersionsOf } from '../../application/version-reading.ts';
import type { CommentReply } from '../../contracts/comments-api.ts';
import type { CommentEvent } from '../../domain/comment-events.ts';
import type { CommenterEvent } from '../../domain/commenter.ts';
import { now } from '../../testing/api-for-tests.ts';
import { commentReviewRoutes, requireCommentModerator } from './comment-reviews.route.ts';
import { commentRoutes } from './comments.route.ts';
import { CONTRACTS } from './contracts.ts';

const signIn: RequestHandler = (incoming, _response, next) => {
  const id = (incoming.get('x-test-user') ?? 'ada') as UserId;
  setCaller(incoming, { user: { id, roles: id.startsWith('m') ? ['moderator'] : [] } });
  next();
};

/** The service's routes, where everybody sees all MOCs until `hideMocs` is called. */
const begin = () => {
  let isVisible = true;
  const comments = commentsOn({
    comments: inMemoryStreams<CommentEvent>('mocComment', now),
    commenters: inMemoryStreams<CommenterEvent>('mocCommenter', now),
    ...{ hidesAt: 1, now },
  });
  const reader = {
    ofMoc: () => Promise.resolve({ comments: [], nextCursor: null }),
    log: () => Promise.resolve({ entries: [], nextCursor: null }),
    queue: () => Promise.resolve({ reviews: [], nextCursor: null }),
  };
  const noMoc = reject('moc-not-found' as const, 'There is no such MOC.');
  const versions = { mocOf: () => Promise.resolve(isVisible ? ({} as VersionsOf) : noMoc) };
  const app = createApi({
    service: 'moc-management',
    logger: silentLogger,
    metrics: createMetrics('moc-management', { processMetrics: false }),
    contracts: CONTRACTS,
    checkReplies: true,
    routes: [
      signIn,
      requireCommentModerator,
      commentRoutes({ comments, reader, versions, now }),
      commentReviewRoutes({ comments, reader, now }),
    ],
  });
  const send = (method: 'get' | 'post' | 'put' | 'patch' | 'delete', path: string, user: string, body?: object) =>
    request(app)[method](`/v1${path}`).set('x-test-user', user).send(body);
  const write = async (mocId: string, text = 'Lovely', user = 'ada') =>
    (await send('post', `/mocs/${mocId}/comments`, user, { text }).expect(201)).body as CommentReply;
  return { comments, send, write, hideMocs: () => (isVisible = false) };
};

const codeIn = ({ body }: { body: unknown }): string => String((body as { type: string }).type.split(':').at(-1));

describe('commenting on a MOC', () => {
  const mocId = newId();

  it('shows the comment to others, and lets its author edit it at its revision and delete it', async () => {
    const { send, write } = begin();
    const { commentId } = await write(mocId);
    const path = `/mocs/${mocId}/comments/${commentId}`;
    const reply = await send('get', path, 'bob').expect(200);
    expect(reply.body).to.include({ author: 'ada', text: 'Lovely', editedAt: null, moderation: null });
    await send('patch', path, 'ada', { text: 'A lovely boom' }).set('if-match', '"0"').expect(200);
    await send('patch', path, 'ada', { text: 'Another' }).set('if-match', '"0"').expect(412);
    expect(codeIn(await send('patch', path, 'bob', { text: 'No' }).expect(403))).to.equal('not-the-author');
    await send('delete', path, 'ada').expect(204);
    await send('delete', path, 'ada').expect(204);
    await send('get', path, 'ada').expect(404);
  });

  it('shows the log of decisions to every user', async () => {
    const reply = await begin().send('get', '/moderation/comment-log?limit=5', 'bob').expect(200);
    expect(reply.body).to.deep.equal({ entries: [], nextCursor: null });
  });

  for (const [name, text] of [
    ['without a visible character', '\u200B\u2060'],
    ['with a zero-width space', 'love\u200Bly'],
    ['that reverses text', 'gpj.\u202Eexe'],
    ['of 2,001 characters', 'x'.repeat(2_001)],
  ] as const)
    it(`refuses a text ${name}`, async () => {
      await begin().send('post', `/mocs/${mocId}/comments`, 'ada', { text }).expect(400);
    });

  it('refuses comment 31 within an hour', async () => {
    const { send, write } = begin();
    for (let number = 0; number < 30; number += 1) await write(mocId, `Comment ${String(number)}`);
    const refusal = await send('post', `/mocs/${mocId}/comments`, 'ada', { text: 'One more' }).expect(429);
    expect(codeIn(refusal)).to.equal('too-many-comments');
    expect(refusal.headers['retry-after']).to.equal('60');
  });

  it('answers 404 to all but its author once the MOC is out of sight, and for another MOC', async () => {
    const { send, write, hideMocs } = begin();
    const { commentId } = await write(mocId);
    await send('get', `/mocs/${newId()}/comments/${commentId}`, 'ada').expect(404);
    hideMocs();
    await send('get', `/mocs/${mocId}/comments/${commentId}`, 'bob').expect(404);
    await send('post', `/mocs/${mocId}/comments/${commentId}/flags`, 'bob', { reason: 'spam' }).expect(404);
    await send('get', `/mocs/${mocId}/comments`, 'bob').expect(404);
    await send('post', `/mocs/${mocId}/comments`, 'bob', { text: 'Hello' }).expect(404);
    await send('delete', `/mocs/${mocId}/comments/${commentId}`, 'ada').expect(204);
  });

  it('keeps the text and drops the name when the account of its author is erased, and refuses new ones', async () => {
    const { comments, send, write } = begin();
    const { commentId } = await write(mocId);
    await comments.forget('ada' as UserId, now(), { commandId: newId(), correlationId: newId(), actor: 'test' });
    const reply = await send('get', `/mocs/${mocId}/comments/${commentId}`, 'bob').expect(200);
    expect(reply.body).to.include({ author: null, text: 'Lovely' });
    await send('post', `/mocs/${mocId}/comments`, 'ada', { text: 'Again' }).expect(410);
  });
});

describe('moderating comments', () => {
  const mocId = newId();
  const verdict = { decision: 'remove', rule: 'no-advertising', reason: 'A shop.' };

  it('hides a flagged comment, withholds a removed one, and restores it when an appeal is granted', async () => {
    const { send, write } = begin();
    const { commentId } = await write(mocId);
    const path = `/mocs/${mocId}/comments/${commentId}`;
    const review = `/moderation/comments/${commentId}`;
    await send('post', `${path}/flags`, 'bob', { reason: 'spam', words: 'A shop' }).expect(204);
    await send('get', path, 'bob').expect(404);
    const own = await send('get', path, 'ada').expect(200);
    expect(own.body).to.deep.nested.include({ 'moderation.hidden': true, 'moderation.flags': ['spam'] });

    await send('put', `${review}/claim`, 'mona').expect(200);
    expect(codeIn(await send('put', `${review}/claim`, 'milo').expect(409))).to.equal('review-claimed');
    await send('put', `${review}/decision`, 'mona', verdict).expect(200);
    expect((await send('get', path, 'ada').expect(200)).body).to.include({ text: null });

    await send('post', `${path}/appeal`, 'ada', { words: 'My own.' }).expect(200);
    expect(codeIn(await send('put', `${review}/claim`, 'mona').expect(403))).to.equal('own-decision');
    await send('put', `${review}/claim`, 'milo').expect(200);
    const reviewReply = await send('put', `${review}/reversal`, 'milo', { reason: 'Fine.' }).expect(200);
    expect(reviewReply.body).to.include({ hidden: false, decision: null });
    expect((await send('get', path, 'bob').expect(200)).body).to.include({ text: 'Lovely' });
  });

  it('is refused to whoever is no moderator', async () => {
    const { send } = begin();
    for (const path of ['', `/${newId()}`])
      expect(codeIn(await send('get', `/moderation/comments${path}`, 'ada').expect(403))).to.equal('role-missing');
    await send('get', `/moderation/comments/${newId()}`, 'mona').expect(404);
  });
});
