import { expect } from 'chai';
import { newId } from '@lego-moc/kernel/ids';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import type { AttemptId, JobId } from '../../domain/file-job-events.ts';
import { migrations } from './migrations.ts';
import { postgresAttempts, SILENCE_MAX_S } from './postgres-attempts.ts';

const job = () => newId() as JobId;
const attempt = () => newId() as AttemptId;

describe('taking turns at a file', function () {
  this.timeout(120_000);
  let db: Database;
  let attempts: ReturnType<typeof postgresAttempts>;

  const silentFor = (jobId: string, seconds: number) =>
    db.none('UPDATE attempt SET beat_at = beat_at - make_interval(secs => $2) WHERE job_id = $1', [jobId, seconds]);

  before(async () => {
    const postgres = await postgresForTests();
    db = openDatabase(await postgres.databaseUrl('file_processing'), { schema: 'file_processing' });
    closeAfterAllTests(() => db.close());
    await migrate(db, 'file_processing', migrations);
    attempts = postgresAttempts(db);
  });

  it('gives a job to one of many who ask at once', async () => {
    const jobId = job();
    const taken = await Promise.all(Array.from({ length: 20 }, () => attempts.take(jobId, attempt())));
    expect(taken.filter((each) => each)).to.have.length(1);
  });

  it('gives it to the same attempt again, which after an outage does not know that it has it', async () => {
    const jobId = job();
    const mine = attempt();
    expect(await attempts.take(jobId, mine)).to.equal(true);
    expect(await attempts.take(jobId, mine)).to.equal(true);
  });

  it('leaves it with a worker who shows signs of life, and takes it from one who does not', async () => {
    const jobId = job();
    const [first, second] = [attempt(), attempt()];
    await attempts.take(jobId, first);
    await silentFor(jobId, SILENCE_MAX_S - 2);
    expect(await attempts.beat(jobId, first, { lots: 5, bytes: 100 })).to.equal(true);
    expect(await attempts.take(jobId, second)).to.equal(false);
    await silentFor(jobId, SILENCE_MAX_S + 1);
    expect(await attempts.take(jobId, second)).to.equal(true);
    expect(await attempts.beat(jobId, first, { lots: 9, bytes: 900 })).to.equal(false);
  });

  it('gives a released job to the next one at once', async () => {
    const jobId = job();
    const first = attempt();
    await attempts.take(jobId, first);
    await attempts.release(jobId, first);
    expect(await attempts.take(jobId, attempt())).to.equal(true);
  });

  it('tells how far it has come, also when it is over', async () => {
    const jobId = job();
    const mine = attempt();
    expect(await attempts.progress(jobId)).to.deep.equal({ lots: 0, bytes: 0 });
    await attempts.take(jobId, mine);
    await attempts.beat(jobId, mine, { lots: 700, bytes: 65_536 });
    await attempts.release(jobId, mine);
    expect(await attempts.progress(jobId)).to.deep.equal({ lots: 700, bytes: 65_536 });
  });
});
