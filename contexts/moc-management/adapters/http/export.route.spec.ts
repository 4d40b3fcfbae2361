import { expect } from 'chai';
import type { RequestHandler } from 'express';
import request from 'supertest';
import { commandHandler } from '@lego-moc/application/command-handler';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { commentsOn } from '../../application/comments.ts';
import { exportMocs } from '../../application/export-mocs.ts';
import { interestsOfUsers } from '../../application/interests.ts';
import { allMocsOf } from '../../application/owner-erasure.ts';
import { owners as ownersOn } from '../../application/owners.ts';
import { readWebhookHistory } from '../../application/webhooks/webhook-history.ts';
import { webhooksOfUsers } from '../../application/webhooks/webhooks-of-users.ts';
import { exportLine, type ExportLine } from '../../contracts/export-api.ts';
import type { CommentEvent } from '../../domain/comment-events.ts';
import type { CommenterEvent } from '../../domain/commenter.ts';
import type { InterestEvent } from '../../domain/interests.ts';
import type { DraftMoc } from '../../domain/moc-commands.ts';
import type { MocEvent, MocId } from '../../domain/moc-events.ts';
import { mocDecider } from '../../domain/moc.ts';
import type { OwnerEvent } from '../../domain/owner-events.ts';
import type { WebhookEvent } from '../../domain/webhook-events.ts';
import { now } from '../../testing/api-for-tests.ts';
import { memorySealedValues } from '../../testing/memory-sealed-values.ts';
import { exportRoute } from './export.route.ts';
import { exportOwnMocs } from './reading-contracts.ts';

const [ada, bob, mona] = ['ada', 'bob', 'mona'] as UserId[] as [UserId, UserId, UserId];
const NOON = now();
const UNTIL = '2026-01-01T12:15:00.000Z' as Instant;
const cause = () => ({ commandId: newId(), correlationId: newId(), actor: 'ada' });

const ports = () => {
  const mocStreams = inMemoryStreams<MocEvent>('moc', now);
  const owners = ownersOn(inMemoryStreams<OwnerEvent>('mocOwner', now));
  const comments = commentsOn({
    comments: inMemoryStreams<CommentEvent>('mocComment', now),
    commenters: inMemoryStreams<CommenterEvent>('mocCommenter', now),
    ...{ hidesAt: 1, now },
  });
  const interests = interestsOfUsers(
    inMemoryStreams<InterestEvent>('mocInterests', now),
    { count: () => Promise.resolve(0) },
    now,
  );
  const webhookStreams = inMemoryStreams<WebhookEvent>('mocWebhooks', now);
  const values = memorySealedValues();
  const deliveries = { forget: () => Promise.resolve(), forgetAllOf: () => Promise.resolve() };
  const webhooks = webhooksOfUsers({
    ...{ streams: webhookStreams, values, deliveries, now },
    newSecret: () => 'whsec_quillon',
  });
  return { mocStreams, owners, comments, interests, webhooks, history: readWebhookHistory(webhookStreams, values) };
};

const draftOf = (mocId: MocId, creditor: UserId): DraftMoc => {
  const parent = {
    mocId: newId() as MocId,
    version: 1,
    relation: 'fork',
    title: 'Derrick',
    licence: 'cc0-1.0',
  } as const;
  const description = { description: '', theme: '', tags: [] };
  const data = { mocId, by: ada, at: NOON, title: 'Crane', ...description, files: [], partsLists: [] };
  return { type: 'DraftMoc', data: { ...data, lineage: [{ ...parent, owner: creditor }] } };
};

/** A draft of ada's that is made of one of bob's, a comment that bob flagged, a like, a follow, and a webhook. */
const begin = async () => {
  const { mocStreams, owners, comments, interests, webhooks, history } = ports();
  const mocs = commandHandler(mocDecider, mocStreams);
  const [mocId, emptyId] = [newId() as MocId, newId() as MocId];
  await owners.begin(ada, emptyId, cause());
  await owners.begin(ada, mocId, cause());
  await mocs(mocId, draftOf(mocId, bob), cause());

  const commentId = await comments.write({ mocId, by: ada, text: 'A lovely boom' }, cause());
  if (typeof commentId !== 'string') throw new Error('The comment was refused');
  await comments.flag(commentId, { by: bob, reason: 'spam', words: 'Bob’s words' }, cause());
  await comments.moderate(commentId, { type: 'ClaimReview', data: { by: mona, at: NOON, until: UNTIL } }, cause());
  const verdict = { decision: 'hide', rule: 'no-spam', reason: 'Told to the author' } as const;
  await comments.moderate(commentId, { type: 'DecideReview', data: { by: mona, ...verdict, at: NOON } }, cause());

  await interests.show(ada, 'like', mocId, cause());
  await interests.show(ada, 'follow', 'cleo', cause());
  const webhook = {
    url: 'https://example.com/hooks',
    subject: { kind: 'own-mocs' },
    eventTypes: ['moc.liked'],
  } as const;
  const outcome = await webhooks.add(ada, webhook, cause());
  if (!('webhookId' in outcome)) throw new Error('The webhook was refused');
  await webhooks.rotate(ada, outcome.webhookId, cause());

  const signIn: RequestHandler = (incoming, _response, next) => {
    setCaller(incoming, { user: { id: (incoming.get('x-user') ?? 'ada') as UserId, roles: [] } });
    next();
  };
  const mocsOf = allMocsOf(owners, (owner) => Promise.resolve(owner === ada ? [mocId] : []));
  const read = exportMocs({ mocsOf, mocs: mocStreams, comments, interests, webhooks: history, now });
  const app = createApi({
    ...{ service: 'moc-management', logger: silentLogger, contracts: [exportOwnMocs], checkReplies: true },
    metrics: createMetrics('moc-management', { processMetrics: false }),
    routes: [signIn, exportRoute(read, owners)],
  });
  const ask = (user: string) => request(app).get('/v1/mocs/export').set('x-user', user).buffer();
  const linesOf = async (user: string): Promise<readonly ExportLine[]> => {
    const { text, headers } = await ask(user).expect(200);
    expect(headers).to.include({ 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
    return text
      .trimEnd()
      .split('\n')
      .map((line) => exportLine.parse(JSON.parse(line)));
  };
  return {
    ask,
    linesOf,
    owners,
    change: (webhookUrl: string) => webhooks.change(ada, outcome.webhookId, { url: webhookUrl }, cause()),
  };
};

const whatIn = (lines: readonly ExportLine[]) =>
  lines.flatMap((line) => ('what' in line ? [`${line.kind} ${line.what}`] : []));

describe('GET /v1/mocs/export', () => {
  it('gives every event of MOCs, comments, interests and webhooks of a user', async () => {
    const { linesOf } = await begin();
    const lines = await linesOf('ada');
    expect(lines[0]).to.deep.equal({ exportedAt: NOON, mocs: 2, comments: 1, commentFlags: 0 });
    expect(whatIn(lines)).to.deep.equal([
      ...['moc MocDrafted', 'comment CommentWritten', 'comment CommentFlagged', 'comment CommentHidden'],
      ...['comment CommentReviewDecided', 'interests InterestShown', 'interests InterestShown'],
      ...['webhooks WebhookAdded', 'webhooks WebhookSecretRotated'],
    ]);
  });

  it('names nobody who flagged, decided or is credited, and no secret of a webhook', async () => {
    const { linesOf } = await begin();
    expect(JSON.stringify(await linesOf('ada')))
      .to.include('Derrick')
      .and.include('Told to the author')
      .and.not.match(/bob|mona|Bob’s|whsec_|"secret":/);
  });

  it('has the URL of a webhook, and null for one that it had before', async () => {
    const { linesOf, change } = await begin();
    await change('https://example.com/other');
    const urls = (await linesOf('ada')).flatMap((line) =>
      'data' in line && 'url' in line.data ? [line.data['url']] : [],
    );
    expect(urls).to.deep.equal([null, 'https://example.com/other']);
  });

  it('gives a user the flags that they placed, and nothing else of the comment', async () => {
    const { linesOf } = await begin();
    const lines = await linesOf('bob');
    expect(whatIn(lines)).to.deep.equal(['comment-flag CommentFlagged']);
    expect(JSON.stringify(lines))
      .to.include('Bob’s words')
      .and.not.match(/"ada"|mona|lovely|Crane/);
  });

  it('has no more than its first line for somebody without anything', async () => {
    const { linesOf } = await begin();
    expect(await linesOf('eve')).to.deep.equal([{ exportedAt: NOON, mocs: 0, comments: 0, commentFlags: 0 }]);
  });

  it('answers 410 once the user is erased', async () => {
    const { ask, owners } = await begin();
    await owners.erase(ada, NOON, cause());
    await ask('ada').expect(410);
  });
});
