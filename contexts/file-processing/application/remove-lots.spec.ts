import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { AttemptId, JobId } from '../domain/file-job-events.ts';
import { inMemoryParsing, type InMemoryParsing } from '../testing/in-memory-ports.ts';
import { parseFile } from './parse-file.ts';
import { LOTS_MAX } from './read-pass.ts';
import { cancelJob, sweepLots, withdrawJob, withdrawJobsOf } from './remove-lots.ts';

const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
const LIST = `Part,Color,Quantity\n${'3001,4,3\n'.repeat(60)}`;

const parse = (world: InMemoryParsing, jobId: JobId) => parseFile(world)(jobId, newId() as AttemptId, cause);

const mocOf = async (world: InMemoryParsing, jobId: JobId): Promise<string> => {
  const job = await world.load(jobId);
  return job.status === 'absent' ? '' : job.submission.mocId;
};

describe('removing lots', () => {
  it('leaves no lots of a file that is refused', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(`${LIST}"3001,4,3`);
    await parse(world, jobId);
    expect((await world.load(jobId)).status).to.equal('failed');
    expect(world.storedLotCount()).to.equal(0);
  });

  it('leaves no lots of a file with too many', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit('');
    const lot = { line: 1, itemType: 'P', partNumber: '3001', colour: '4', colourName: null, quantityText: '1' };
    const portion = Array.from({ length: 10_000 }, () => ({ ...lot, role: 'needed' as const }));
    const read = async function* () {
      for (let lots = 0; lots <= LOTS_MAX; lots += portion.length)
        yield await Promise.resolve({
          ...({ format: 'rebrickable-csv', encoding: 'utf-8', expectedScheme: 'rebrickable' } as const),
          ...{ lots: portion, repairs: [] },
        });
    };
    let storedCount = 0;
    const add = (_jobId: JobId, _attemptId: AttemptId, lots: readonly unknown[]): Promise<void> => {
      storedCount += lots.length;
      return Promise.resolve();
    };
    const clear = (): Promise<void> => {
      storedCount = 0;
      return Promise.resolve();
    };
    await parseFile({ ...world, read, lots: { ...world.lots, add, clear } })(jobId, newId() as AttemptId, cause);
    const job = await world.load(jobId);
    expect([job.status === 'failed' && job.failure.code, storedCount]).to.eql(['too-many-lots', 0]);
  }).timeout(20_000);

  it('stops an attempt whose job is cancelled meanwhile, and leaves none of its lots', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    const add: typeof world.lots.add = async (...lots) => {
      await world.lots.add(...lots);
      await cancelJob(world)(jobId, 'ada', cause);
    };
    const attempt = newId() as AttemptId;
    await parseFile({ ...world, lots: { ...world.lots, add } })(jobId, attempt, cause);
    expect(await parse(world, jobId)).to.equal('finished');
    await sweepLots(world)();
    expect([(await world.load(jobId)).status, world.storedLotCount()]).to.eql(['cancelled', 0]);
  });

  it('withdraws the jobs of a deleted MOC and deletes their lots', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    await parse(world, jobId);
    expect(world.storedLotCount()).to.equal(60);
    await withdrawJobsOf(world)(await mocOf(world, jobId), cause);
    expect([(await world.load(jobId)).status, world.storedLotCount()]).to.eql(['withdrawn', 0]);
  });

  it('leaves the jobs of other MOCs alone', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    await parse(world, jobId);
    await withdrawJobsOf(world)(newId(), cause);
    expect([(await world.load(jobId)).status, world.storedLotCount()]).to.eql(['completed', 60]);
  });

  it('withdraws a job that a worker takes only after its MOC was deleted', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    await withdrawJobsOf(world)(await mocOf(world, jobId), cause);
    expect(await parse(world, jobId)).to.equal('finished');
    expect([(await world.load(jobId)).status, world.storedLotCount()]).to.eql(['withdrawn', 0]);
  });

  it('withdraws a job that is submitted only after its parts list was deleted', async () => {
    const world = inMemoryParsing();
    const jobId = newId() as JobId;
    await withdrawJob(world)(jobId, cause);
    await world.submit(LIST, jobId);
    expect(await parse(world, jobId)).to.equal('finished');
    expect([(await world.load(jobId)).status, world.storedLotCount()]).to.eql(['withdrawn', 0]);
  });

  it('stores nothing for an attempt whose MOC is deleted while it reads', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    const mocId = await mocOf(world, jobId);
    const add: typeof world.lots.add = async (...args) => {
      await world.lots.add(...args);
      await withdrawJobsOf(world)(mocId, cause);
    };
    await parseFile({ ...world, lots: { ...world.lots, add } })(jobId, newId() as AttemptId, cause);
    expect([(await world.load(jobId)).status, world.storedLotCount()]).to.eql(['withdrawn', 0]);
  });

  it('sweeps the lots of a crashed attempt and keeps those of the one that completed the job', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    await parse(world, jobId);
    const [lot] = await world.lotsOf(jobId);
    if (lot !== undefined) await world.lots.add(jobId, newId() as AttemptId, [lot]);
    expect(await sweepLots(world)()).to.equal(1);
    expect([world.storedLotCount(), (await world.lotsOf(jobId)).length]).to.eql([60, 60]);
  });

  it('sweeps all lots of a failed job', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    await parse(world, jobId);
    const lots = await world.lotsOf(jobId);
    const failedJobId = await world.submit('');
    await parse(world, failedJobId);
    await world.lots.add(failedJobId, newId() as AttemptId, lots);
    expect(await sweepLots(world)()).to.equal(60);
    expect(world.storedLotCount()).to.equal(60);
  });

  it('leaves the lots of a running attempt alone', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    let removedCount = -1;
    const add: typeof world.lots.add = async (...args) => {
      await world.lots.add(...args);
      removedCount = await sweepLots(world)();
    };
    await parseFile({ ...world, lots: { ...world.lots, add } })(jobId, newId() as AttemptId, cause);
    expect([removedCount, (await world.lotsOf(jobId)).length]).to.eql([0, 60]);
  });

  /** A job whose attempt has died after storing its lots, and whose message was parked. */
  const deadAttempt = async (world: InMemoryParsing) => {
    const jobId = await world.submit(LIST);
    const death = Promise.withResolvers<'dead'>();
    const resumption = Promise.withResolvers<undefined>();
    const read: typeof world.read = async function* (bytes) {
      yield* world.read(bytes);
      death.resolve('dead');
      await resumption.promise;
    };
    const outcome = parseFile({ ...world, read })(jobId, newId() as AttemptId, cause);
    await death.promise;
    world.expireLeases();
    return { jobId, resume: () => (resumption.resolve(undefined), outcome) };
  };

  it('sweeps the lots of an attempt that died, so that its job waits for another one', async () => {
    const world = inMemoryParsing();
    const { jobId } = await deadAttempt(world);
    expect(await sweepLots(world)()).to.equal(60);
    expect([(await world.load(jobId)).status, world.storedLotCount()]).to.deep.equal(['queued', 0]);
    expect(await parse(world, jobId)).to.equal('finished');
    expect((await world.lotsOf(jobId)).length).to.equal(60);
  });

  it('lets no attempt complete its job after a sweep took its lots', async () => {
    const world = inMemoryParsing();
    const { jobId, resume } = await deadAttempt(world);
    await sweepLots(world)();
    await resume();
    expect((await world.load(jobId)).status).to.equal('queued');
  });

  it('is not blocked by as many dead attempts as it checks at once', async () => {
    const world = inMemoryParsing();
    await Promise.all(Array.from({ length: 500 }, () => deadAttempt(world)));
    const completedId = await world.submit(LIST);
    await parse(world, completedId);
    const lots = await world.lotsOf(completedId);
    const jobId = await world.submit('');
    await parse(world, jobId);
    await world.lots.add(jobId, newId() as AttemptId, lots);
    const sweep = sweepLots(world);
    expect([await sweep(), await sweep(), world.storedLotCount()]).to.deep.equal([500 * 60, 60, 60]);
  });

  it('checks each job once', async () => {
    const world = inMemoryParsing();
    await parse(world, await world.submit(LIST));
    let loads = 0;
    const load: typeof world.load = (jobId) => {
      loads += 1;
      return world.load(jobId);
    };
    const sweep = sweepLots({ ...world, load });
    await sweep();
    await sweep();
    expect(loads).to.equal(1);
  });
});
