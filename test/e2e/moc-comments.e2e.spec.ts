import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import { awaitCounts, uploadMoc } from '@lego-moc/local/demo-steps';
import {
  commentListReply,
  commentQueueReply,
  commentReply,
  commentReview,
  type CommentReply,
} from '@lego-moc/moc-management/contracts/comments-api';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { rowsContaining } from './persistent-state.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';
import { json, problemCode, requestsAs, type SendRequest } from './requests.ts';

const MODERATOR = ['moderator'];
const SAMPLES = join(import.meta.dirname, '../../infra/local/samples');
const files = {
  instructions: join(SAMPLES, 'harbour-crane-instructions.pdf'),
  photo: join(SAMPLES, 'harbour-crane.png'),
  partsLists: [join(SAMPLES, 'harbour-crane-parts.xml')],
};

describe('comments on MOCs, through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let ada: SendRequest;
  let bob: SendRequest;
  let mocId: string;
  let name: string;

  before(async () => {
    platform = await sharedPlatform();
  });
  before(async () => {
    name = `ada-${randomUUID()}`;
    ada = requestsAs(platform, name);
    const gateway = await platform.signedInAs(name);
    const { moc } = await uploadMoc(gateway, `Crane ${randomUUID()}`, files);
    ({ mocId } = await awaitCounts(gateway, moc, () => undefined));
    await pollUntil(
      'The publication',
      async () => (await ada(`/api/mocs/${mocId}/publication`, { method: 'PUT' })).status,
      (status) => status < 300,
    );
  });
  beforeEach(() => {
    bob = requestsAs(platform, `bob-${randomUUID()}`);
  });

  const write = async (send: SendRequest, text: string): Promise<CommentReply> => {
    const reply = await send(`/api/mocs/${mocId}/comments`, json('POST', { text }));
    expect(reply.status, await reply.clone().text()).to.equal(201);
    return commentReply.parse(await reply.json());
  };
  const listedBy = async (send: SendRequest): Promise<readonly CommentReply[]> =>
    commentListReply.parse(await (await send(`/api/mocs/${mocId}/comments?limit=100`)).json()).comments;
  const untilListed = (send: SendRequest, commentId: string, isListed: boolean) =>
    pollUntil(
      'The list',
      () => listedBy(send),
      (comments) => comments.some((comment) => comment.commentId === commentId) === isListed,
    );

  it('lists a comment to everybody, hides it at three flags until a moderator dismisses them', async () => {
    const { commentId } = await write(bob, 'A lovely boom');
    await untilListed(ada, commentId, true);
    const path = `/api/mocs/${mocId}/comments/${commentId}`;
    for (const name of ['cleo', 'dora', 'emil']) {
      const flagger = requestsAs(platform, `${name}-${randomUUID()}`);
      expect((await flagger(`${path}/flags`, json('POST', { reason: 'spam' }))).status).to.equal(204);
    }
    expect((await ada(path)).status).to.equal(404);
    await untilListed(ada, commentId, false);
    expect((await listedBy(bob)).some((comment) => comment.commentId === commentId)).to.equal(true);

    const mona = requestsAs(platform, `mona-${randomUUID()}`, MODERATOR);
    const review = `/api/moderation/comments/${commentId}`;
    const queue = async () =>
      commentQueueReply.parse(await (await mona('/api/moderation/comments?limit=100')).json()).reviews;
    await pollUntil('The queue', queue, (reviews) =>
      reviews.some((entry) => entry.commentId === commentId && entry.flags === 3),
    );
    expect((await mona(`${review}/claim`, { method: 'PUT' })).status).to.equal(200);
    const verdict = { decision: 'dismiss', rule: 'no-advertising', reason: 'It is praise.' };
    expect(commentReview.parse(await (await mona(`${review}/decision`, json('PUT', verdict))).json()).hidden).to.equal(
      false,
    );
    await untilListed(ada, commentId, true);
  });

  it('is in the feeds of the MOC, which anybody reads without a token, as the MOC is in those of its builder', async () => {
    const text = `Zinnober ${randomUUID()}`;
    const { commentId } = await write(bob, text);
    await untilListed(ada, commentId, true);
    const { title } = mocReply.parse(await (await ada(`/api/mocs/${mocId}`)).json());
    for (const [feed, entry] of [
      [`mocs/${mocId}`, text],
      [`builders/${encodeURIComponent(devUserId(name))}`, title],
    ] as const)
      for (const [form, mediaType] of [
        ['atom', 'application/atom+xml'],
        ['json', 'application/feed+json'],
      ] as const) {
        const reply = await fetch(`${platform.url}/api/feeds/${feed}/${form}`);
        expect([reply.status, reply.headers.get('content-type')?.split(';', 1)[0]]).to.deep.equal([200, mediaType]);
        expect(await reply.text(), `${feed}/${form}`).to.include(entry);
        const etag = reply.headers.get('etag') ?? '';
        const again = await fetch(reply.url, { headers: { 'if-none-match': etag } });
        expect(again.status, `${feed}/${form}`).to.equal(304);
      }
  });

  it('refuses a moderator’s work to others', async () => {
    expect(await problemCode(await bob('/api/moderation/comments'))).to.equal('role-missing');
  });

  it('keeps comments of an erased account without a name', async () => {
    await bob('/api/users/me');
    const { commentId, author } = await write(bob, `Zinnober ${randomUUID()}`);
    await untilListed(ada, commentId, true);
    await pollUntil(
      'The erasure',
      async () => (await bob('/api/users/me', { method: 'DELETE' })).status,
      (status) => status < 300,
    );
    const list = () => listedBy(ada);
    const isNameless = (comments: readonly CommentReply[]) =>
      comments.some((comment) => comment.commentId === commentId && comment.author === null);
    await pollUntil('The anonymous comment', list, isNameless);
    const rows = await rowsContaining(platform, [author ?? '']);
    expect(rows.filter((row) => JSON.stringify(row).includes('moc_comments'))).to.deep.equal([]);
  });
});
