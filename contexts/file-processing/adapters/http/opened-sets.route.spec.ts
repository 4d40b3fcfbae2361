import { expect } from 'chai';
import type { Express } from 'express';
import request from 'supertest';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { openSets } from '../../application/open-sets.ts';
import { parseFile } from '../../application/parse-file.ts';
import { withdrawJob } from '../../application/remove-lots.ts';
import type { AttemptId } from '../../domain/file-job-events.ts';
import { inMemoryParsing, type InMemoryParsing } from '../../testing/in-memory-ports.ts';
import { openedSetsRoute } from './opened-sets.route.ts';
import { openedSetsContract } from './routes.ts';
import { findVisibleJob } from './visible-job.ts';

const apiOver = (world: InMemoryParsing): Express =>
  createApi({
    service: 'file-processing',
    logger: silentLogger,
    metrics: createMetrics('file-processing', { processMetrics: false }),
    contracts: [openedSetsContract],
    checkReplies: true,
    routes: [
      (incoming, _response, next) => {
        setCaller(incoming, { user: { id: incoming.get('x-test-user') as UserId, roles: [] } });
        next();
      },
      openedSetsRoute(findVisibleJob(world.load), openSets(world)),
    ],
  });

const cause = () => ({ commandId: newId(), correlationId: newId(), actor: 'ada' });
const LIST =
  '<INVENTORY><ITEM><ITEMTYPE>S</ITEMTYPE><ITEMID>7000-1</ITEMID><MINQTY>2</MINQTY></ITEM>' +
  '<ITEM><ITEMTYPE>M</ITEMTYPE><ITEMID>sw0001</ITEMID></ITEM></INVENTORY>';

describe('POST /v1/jobs/:jobId/opened-sets', () => {
  let world: InMemoryParsing;
  let api: Express;

  beforeEach(() => {
    world = inMemoryParsing();
    world.inventories.set('7000-1', [
      { itemType: 'P', number: '3001', colourId: 4, isSpare: false, quantity: 3 },
      { itemType: 'P', number: '3001', colourId: 4, isSpare: true, quantity: 1 },
    ]);
    api = apiOver(world);
  });

  const open = (id: string, user = 'ada') => request(api).post(`/v1/jobs/${id}/opened-sets`).set('x-test-user', user);
  const typeOf = ({ body }: { body: unknown }): string => (body as { type: string }).type;
  const readJob = async (content = LIST) => {
    const jobId = await world.submit(content);
    await parseFile(world)(jobId, newId() as AttemptId, cause());
    return jobId;
  };

  it('answers its owner what was opened and what stays, and the same again', async () => {
    const jobId = await readJob();
    const unopenedSets = {
      count: 1,
      first: [{ lot: 2, line: 1, kind: 'minifig', number: 'sw0001', quantity: 1 }],
    };
    const counts = { sets: 2, minifigs: 0, lots: 2, pieces: 6, piecesExtra: 2 };
    await open(jobId).expect(200, { jobId, catalogueRelease: 'test-1', ...counts, unopened: unopenedSets });
    await open(jobId).expect(200, { jobId, catalogueRelease: 'test-1', ...counts, unopened: unopenedSets });
  });

  it('refuses strangers, lists that are not read, lists without sets, and withdrawn ones', async () => {
    const jobId = await readJob();
    expect(typeOf(await open(jobId, 'bob').expect(404))).to.match(/job-not-found$/);
    expect(typeOf(await open(newId()).expect(404))).to.match(/job-not-found$/);
    expect(typeOf(await open(await world.submit(LIST)).expect(409))).to.match(/job-not-completed$/);
    const plain = await readJob('Part,Color,Quantity\n3001,4,2\n');
    expect(typeOf(await open(plain).expect(409))).to.match(/nothing-to-open$/);
    await withdrawJob(world)(jobId, cause());
    expect(typeOf(await open(jobId).expect(410))).to.match(/job-withdrawn$/);
    await open('no-uuid').expect(400);
  });
});
