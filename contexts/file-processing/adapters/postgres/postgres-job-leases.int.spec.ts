import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';
import type { UserId } from '@lego-moc/kernel/message';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import type { AttemptId, JobId } from '../../domain/file-job-events.ts';
import { migrations } from './migrations.ts';
import { postgresJobLeases, LEASE_S } from './postgres-job-leases.ts';

const job = () => newId() as JobId;
const mocId = newId();
const owner = 'ada' as UserId;
const attempt = () => newId() as AttemptId;

describe('the lease of a job', function () {
  this.timeout(120_000);
  let db: Database;
  let leases: ReturnType<typeof postgresJobLeases>;

  const passWithoutRenewal = (jobId: string, seconds: number) =>
    db.none('UPDATE attempt SET beat_at = beat_at - make_interval(secs => $2) WHERE job_id = $1', [jobId, seconds]);

  before(async () => {
    const postgres = await postgresForTests();
    db = openDatabase(await postgres.databaseUrl('file_processing'), { schema: 'file_processing' });
    closeAfterAllTests(() => db.close());
    await migrate(db, 'file_processing', migrations);
    leases = postgresJobLeases(db);
  });

  it('is acquired by one of 20 attempts at once', async () => {
    const jobId = job();
    const results = await Promise.all(
      Array.from({ length: 20 }, () => leases.acquire({ jobId, mocId, owner }, attempt())),
    );
    expect(results.filter((isAcquired) => isAcquired)).to.have.length(1);
  });

  it('is acquired again by its holder, which after an outage does not know that it holds it', async () => {
    const jobId = job();
    const attemptId = attempt();
    expect(await leases.acquire({ jobId, mocId, owner }, attemptId)).to.equal(true);
    expect(await leases.acquire({ jobId, mocId, owner }, attemptId)).to.equal(true);
  });

  it('stays with an attempt that renews it, and passes to another one when it expires', async () => {
    const jobId = job();
    const [first, second] = [attempt(), attempt()];
    await leases.acquire({ jobId, mocId, owner }, first);
    await passWithoutRenewal(jobId, LEASE_S - 2);
    expect(await leases.renew(jobId, first, { lots: 5, bytes: 100, lines: 6 })).to.equal(true);
    expect(await leases.acquire({ jobId, mocId, owner }, second)).to.equal(false);
    await passWithoutRenewal(jobId, LEASE_S + 1);
    expect(await leases.acquire({ jobId, mocId, owner }, second)).to.equal(true);
    expect(await leases.renew(jobId, first, { lots: 9, bytes: 900, lines: 10 })).to.equal(false);
  });

  it('is acquired at once after a release', async () => {
    const jobId = job();
    const first = attempt();
    await leases.acquire({ jobId, mocId, owner }, first);
    await leases.release(jobId, first);
    expect(await leases.acquire({ jobId, mocId, owner }, attempt())).to.equal(true);
  });

  it('keeps the progress after a release', async () => {
    const jobId = job();
    const attemptId = attempt();
    expect(await leases.progress(jobId)).to.deep.equal({ lots: 0, bytes: 0, lines: 0 });
    await leases.acquire({ jobId, mocId, owner }, attemptId);
    await leases.renew(jobId, attemptId, { lots: 700, bytes: 65_536, lines: 701 });
    await leases.release(jobId, attemptId);
    expect(await leases.progress(jobId)).to.deep.equal({ lots: 700, bytes: 65_536, lines: 701 });
  });
});
