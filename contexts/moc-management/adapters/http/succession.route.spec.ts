import { expect } from 'chai';
import type { RequestHandler } from 'express';
import request from 'supertest';
import { currentState } from '@lego-moc/application/current-state';
import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { successionIn } from '../../application/succession.ts';
import type { MocEvent } from '../../domain/moc-events.ts';
import type { MocId } from '../../domain/moc-id.ts';
import { mocDecider } from '../../domain/moc.ts';
import { now } from '../../testing/api-for-tests.ts';
import { memoryFileStore } from '../../testing/memory-file-store.ts';
import { latestMoc } from '../read-models/latest-moc.ts';
import { CONTRACTS } from './contracts.ts';
import { readingRoutes } from './reading.route.ts';
import { successionRoutes } from './succession.route.ts';

const signIn: RequestHandler = (incoming, _response, next) => {
  setCaller(incoming, { user: { id: (incoming.get('x-test-user') ?? 'ada') as UserId, roles: [] } });
  next();
};

const service = () => {
  const streams = inMemoryStreams<MocEvent>('moc', now);
  const { handle } = foldedStates(mocDecider, streams);
  const latest = latestMoc(streams);
  const reader = { moc: latest, latest, mocs: () => Promise.resolve({ mocs: [], nextCursor: null }) };
  const succession = successionIn(currentState(mocDecider, streams));
  const app = createApi({
    ...{ service: 'moc-management', logger: silentLogger, contracts: CONTRACTS, checkReplies: true },
    metrics: createMetrics('moc-management', { processMetrics: false }),
    routes: [signIn, successionRoutes(handle, succession), readingRoutes(reader, memoryFileStore(), succession)],
  });
  const append = (mocId: MocId, ...events: readonly MocEvent[]) =>
    streams.append(mocId, events, 'any', { commandId: newId(), correlationId: newId(), actor: 'ada' });
  const draft = async (owner: string): Promise<MocId> => {
    const mocId = newId() as MocId;
    const details = { title: 'Crane', description: '', theme: '', tags: [], draftedAt: now() };
    await append(mocId, { type: 'MocDrafted', data: { mocId, owner: owner as UserId, ...details } });
    return mocId;
  };
  const publish = async (mocId: MocId): Promise<MocId> => {
    await append(mocId, { type: 'VersionPublished', data: { mocId, version: 1, publishedAt: now() } });
    return mocId;
  };
  const remove = (mocId: MocId) => append(mocId, { type: 'MocDeleted', data: { mocId, deletedAt: now() } });
  return { app, draft, publish, remove };
};

const linkTo = (mocId: string) => `</v1/mocs/${mocId}>; rel="successor-version"`;

describe('the successor of a MOC, over HTTP', () => {
  it('leads readers on from an outdated MOC, and from a deleted one', async () => {
    const { app, draft, publish, remove } = service();
    const [mocId, newer] = [await publish(await draft('ada')), await publish(await draft('bob'))];
    await request(app).put(`/v1/mocs/${mocId}/successor`).send({ mocId: newer }).expect(204);

    const reply = await request(app).get(`/v1/mocs/${mocId}`).set('x-test-user', 'carol').expect(200);
    expect(reply.body).to.include({ successor: newer });
    expect(reply.headers['link']).to.equal(linkTo(newer));

    await remove(mocId);
    for (const path of ['', '/files', '/parts-lists']) {
      const problem = await request(app).get(`/v1/mocs/${mocId}${path}`).set('x-test-user', 'carol').expect(410);
      expect(problem.body).to.include({ type: 'urn:lego-moc:problem:moc-deleted', successor: newer });
      expect(problem.headers['link']).to.equal(linkTo(newer));
    }
  });

  it('is not there for a deleted MOC once it is deleted itself', async () => {
    const { app, draft, publish, remove } = service();
    const [mocId, newer] = [await publish(await draft('ada')), await publish(await draft('ada'))];
    await request(app).put(`/v1/mocs/${mocId}/successor`).send({ mocId: newer }).expect(204);
    await remove(mocId);
    await remove(newer);
    await request(app).get(`/v1/mocs/${mocId}`).expect(404);
  });

  it('is a published MOC, and can be withdrawn', async () => {
    const { app, draft, publish } = service();
    const mocId = await publish(await draft('ada'));
    for (const unseen of [await draft('bob'), newId()]) {
      const reply = await request(app).put(`/v1/mocs/${mocId}/successor`).send({ mocId: unseen }).expect(422);
      expect(reply.body).to.include({ type: 'urn:lego-moc:problem:successor-not-found' });
    }
    await request(app).put(`/v1/mocs/${mocId}/successor`).send({ mocId }).expect(422);
    const newer = await publish(await draft('bob'));
    await request(app).put(`/v1/mocs/${mocId}/successor`).send({ mocId: newer }).expect(204);
    await request(app).delete(`/v1/mocs/${mocId}/successor`).expect(204);
    const reply = await request(app).get(`/v1/mocs/${mocId}`).expect(200);
    expect(reply.body).to.include({ successor: null });
    expect(reply.headers).not.to.have.property('link');
  });
});
