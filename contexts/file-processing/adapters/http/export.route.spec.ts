import { expect } from 'chai';
import type { Express } from 'express';
import request from 'supertest';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { newId } from '@lego-moc/application/new-id';
import { parseFile } from '../../application/parse-file.ts';
import { planExport } from '../../application/plan-export.ts';
import { writeExport } from '../../application/write-export.ts';
import type { AttemptId, JobId } from '../../domain/file-job-events.ts';
import { inMemoryParsing, type InMemoryParsing } from '../../testing/in-memory-ports.ts';
import { storedLot } from '../../testing/stored-lots.ts';
import { LIST_WRITERS } from '../export-files/list-writers.ts';
import { isOwnFile } from '../export-files/own-file.ts';
import { packFiles } from '../export-files/pack-files.ts';
import { exportRoutes } from './export.route.ts';
import { CONTRACTS } from './routes.ts';
import { findVisibleJob } from './visible-job.ts';

const apiOver = ({ load, files }: InMemoryParsing): Express => {
  const lots = async function* () {
    yield await Promise.resolve([storedLot()]);
  };
  const plan = planExport({ lots, files, isOwnFile });
  return createApi({
    ...{ service: 'file-processing', logger: silentLogger, contracts: CONTRACTS, checkReplies: true },
    metrics: createMetrics('file-processing', { processMetrics: false }),
    routes: [
      (incoming, _response, next) => {
        setCaller(incoming, { user: { id: (incoming.get('x-test-user') ?? 'ada') as UserId, roles: [] } });
        next();
      },
      exportRoutes({
        find: findVisibleJob(load),
        plan,
        write: writeExport({ plan, lots, writers: LIST_WRITERS, pack: packFiles }),
      }),
    ],
  });
};

describe('the HTTP API for exports', () => {
  let world: InMemoryParsing;
  let api: Express;

  const typeOf = ({ body }: { body: unknown }): string => (body as { type: string }).type.split(':').at(-1) ?? '';
  const completedJob = async (): Promise<JobId> => {
    const jobId = await world.submit('Part,Color,Quantity\n3001,4,4\n');
    const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
    await parseFile(world)(jobId, newId() as AttemptId, cause);
    return jobId;
  };

  beforeEach(() => {
    world = inMemoryParsing();
    api = apiOver(world);
  });

  it('answers with the file under its name, not to be cached', async () => {
    const reply = await request(api)
      .get(`/v1/jobs/${await completedJob()}/export?target=pick-a-brick-csv`)
      .expect(200);
    expect(reply.text).to.equal('elementId,quantity\r\n4114306,4\r\n');
    expect(reply.headers).to.include({
      ...{ 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename=list.csv' },
      'cache-control': 'no-store',
    });
  });

  it('answers a HEAD with the headers only', async () => {
    const reply = await request(api)
      .head(`/v1/jobs/${await completedJob()}/export`)
      .expect(200);
    expect(reply.headers['content-type']).to.equal('application/json; charset=utf-8');
  });

  it('answers 404 for the job of another user, at both routes', async () => {
    const jobId = await completedJob();
    for (const path of ['export', 'export/report']) {
      const reply = await request(api).get(`/v1/jobs/${jobId}/${path}`).set('x-test-user', 'bob').expect(404);
      expect(typeOf(reply)).to.equal('job-not-found');
    }
  });

  it('answers 409 for a job that is not read yet, at both routes', async () => {
    const jobId = await world.submit('Part,Color,Quantity\n3001,4,4\n');
    for (const path of ['export', 'export/report'])
      expect(typeOf(await request(api).get(`/v1/jobs/${jobId}/${path}`).expect(409))).to.equal('job-not-completed');
  });

  it('answers 400 for a target that there is not', async () => {
    await request(api).get(`/v1/jobs/${newId()}/export?target=excel`).expect(400);
  });
});
