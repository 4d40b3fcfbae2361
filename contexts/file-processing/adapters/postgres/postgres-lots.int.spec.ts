import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';
import type { UserId } from '@lego-moc/kernel/message';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { checkLot, type CatalogueExtract } from '../../domain/catalogue.ts';
import type { AttemptId, JobId } from '../../domain/file-job-events.ts';
import { parseLot } from '../../domain/lot.ts';
import { migrations } from './migrations.ts';
import { postgresJobLeases } from './postgres-job-leases.ts';
import { postgresJobRegister } from './postgres-job-register.ts';
import { postgresLots } from './postgres-lots.ts';

const owner = 'ada' as UserId;

const extract: CatalogueExtract = {
  parts: new Map([['3001', '3001']]),
  colours: new Map([[4, 'Red']]),
  partColours: new Map(),
  elements: new Map(),
};

const rows = [
  { partNumber: '3001', quantityText: '2', order: { orderId: '4711', date: null, shop: 'Bricks', total: null } },
  { partNumber: 'x9', quantityText: '2', steps: [{ step: 1, quantity: 2 }] },
  { partNumber: '3001', quantityText: 'few' },
  { partNumber: '6080-1', quantityText: '1', itemType: 'S' },
  { partNumber: 'c79', quantityText: '1', itemType: 'C' },
];

const lots = rows.map((row, index) => {
  const raw = { line: index + 2, itemType: 'P', colour: '4', colourName: null, ...row };
  return checkLot(parseLot({ ...raw, role: 'needed' }, index + 1), 'rebrickable', extract);
});

describe('lots in PostgreSQL', function () {
  this.timeout(120_000);
  let db: Database;
  const job = () => ({ jobId: newId() as JobId, mocId: newId(), attemptId: newId() as AttemptId });
  const countOf = async (jobId: string): Promise<number> =>
    (await db.one<{ count: number }>('SELECT count(*)::integer AS count FROM lot WHERE job_id = $1', [jobId])).count;
  const page = (jobId: string, attemptId: string, query: object) =>
    postgresLots(db).page(jobId, attemptId, 1, { cursor: 0, limit: 100, unknown: false, problems: false, ...query });
  /** Makes the last activity of the job two minutes old. */
  const age = (jobId: string) =>
    db.none(`UPDATE attempt SET beat_at = beat_at - interval '2 minutes' WHERE job_id = $1`, [jobId]);

  before(async () => {
    const postgres = await postgresForTests();
    db = openDatabase(await postgres.databaseUrl('file_processing'), { schema: 'file_processing' });
    closeAfterAllTests(() => db.close());
    await migrate(db, 'file_processing', migrations);
  });

  it('shows lots with their raw ids and problems', async () => {
    const { jobId, attemptId } = job();
    await postgresLots(db).add(jobId, attemptId, lots);
    const all = await page(jobId, attemptId, {});
    expect(all.lots.map(({ itemType, partNumber, problem }) => [itemType, partNumber, problem?.code])).to.eql([
      ['P', '3001', undefined],
      ['P', 'x9', undefined],
      ['P', '3001', 'quantity-unreadable'],
      ['S', '6080-1', undefined],
      ['C', 'c79', 'not-a-part'],
    ]);
    expect(all.lots.map(({ steps }) => steps?.length)).to.eql([undefined, 1, undefined, undefined, undefined]);
    expect(all.lots.map(({ order }) => order?.orderId)).to.eql(['4711', ...[1, 2, 3, 4].map(() => undefined)]);
    expect(all.lots[2]?.problem).to.eql({
      code: 'quantity-unreadable',
      detail: 'The quantity "few" is not a whole number.',
      field: 'quantity',
    });
  });

  it('pages through lots with problems only', async () => {
    const { jobId, attemptId } = job();
    await postgresLots(db).add(jobId, attemptId, lots);
    const first = await page(jobId, attemptId, { problems: true, limit: 1 });
    expect([first.lots.map(({ lot }) => lot), first.nextCursor]).to.eql([[3], 3]);
    const second = await page(jobId, attemptId, { problems: true, limit: 1, cursor: 3 });
    expect([second.lots.map(({ lot }) => lot), second.nextCursor]).to.eql([[5], null]);
    const either = await page(jobId, attemptId, { problems: true, unknown: true });
    expect(either.lots.map(({ lot }) => lot)).to.eql([2, 3, 5]);
  });

  it('removes the lots of all attempts but one', async () => {
    const { jobId, attemptId } = job();
    const store = postgresLots(db);
    await store.add(jobId, attemptId, lots);
    await store.add(jobId, newId() as AttemptId, lots);
    expect([await store.removeAllBut(attemptId, jobId), await countOf(jobId)]).to.eql([lots.length, lots.length]);
    expect([await store.removeAllBut(undefined, jobId), await countOf(jobId)]).to.eql([lots.length, 0]);
  });

  it('removes abandoned lots only when no attempt was active for a minute', async () => {
    const { jobId, mocId, attemptId } = job();
    const [store, leases] = [postgresLots(db), postgresJobLeases(db)];
    await store.add(jobId, attemptId, lots);
    await leases.acquire({ jobId, mocId, owner }, attemptId);
    expect(await store.removeAbandoned(undefined, jobId)).to.equal(0);
    await age(jobId);
    expect([await store.removeAbandoned(attemptId, jobId), await countOf(jobId)]).to.eql([0, lots.length]);
    expect([await store.removeAbandoned(undefined, jobId), await countOf(jobId)]).to.eql([lots.length, 0]);
  });

  it('lists a settled job for the sweep again when its attempt awakes', async () => {
    const { jobId, mocId, attemptId } = job();
    const [leases, register] = [postgresJobLeases(db), postgresJobRegister(db)];
    await leases.acquire({ jobId, mocId, owner }, attemptId);
    await age(jobId);
    await register.settle({ jobId, mocId });
    await leases.renew(jobId, attemptId, { lots: 1, bytes: 1, lines: 1 });
    await age(jobId);
    expect(await register.findUnsettled(1000)).to.include(jobId);
  });

  it('removes 60,000 lots in portions', async () => {
    const { jobId, attemptId } = job();
    const [lot] = lots;
    if (lot === undefined) throw new Error('There is no lot');
    await postgresLots(db).add(
      jobId,
      attemptId,
      Array.from({ length: 60_000 }, (_, index) => ({ ...lot, lot: index + 1 })),
    );
    expect([await postgresLots(db).removeAllBut(undefined, jobId), await countOf(jobId)]).to.eql([60_000, 0]);
  });

  it('lists a job for the sweep until it is settled, and again after another attempt', async () => {
    const { jobId, mocId, attemptId } = job();
    const [leases, register] = [postgresJobLeases(db), postgresJobRegister(db)];
    const isListed = async (): Promise<boolean> => (await register.findUnsettled(1000)).includes(jobId);
    await leases.acquire({ jobId, mocId, owner }, attemptId);
    await leases.release(jobId, attemptId);
    expect(await isListed()).to.equal(false);
    await age(jobId);
    expect(await isListed()).to.equal(true);
    await register.settle({ jobId, mocId });
    expect(await isListed()).to.equal(false);
    await leases.acquire({ jobId, mocId, owner }, attemptId);
    await age(jobId);
    expect(await isListed()).to.equal(true);
  });

  it('finds the jobs of a MOC, ends their leases and remembers its deletion', async () => {
    const { jobId, mocId, attemptId } = job();
    const [leases, register] = [postgresJobLeases(db), postgresJobRegister(db)];
    await leases.acquire({ jobId, mocId, owner }, attemptId);
    expect([await register.jobsOf(mocId), await register.isReleased({ jobId, mocId })]).to.eql([[jobId], false]);
    await register.noteMocDeleted(mocId);
    await register.noteMocDeleted(mocId);
    await register.revokeLease(jobId);
    expect(await register.isReleased({ jobId, mocId })).to.equal(true);
    expect(await leases.renew(jobId, attemptId, { lots: 1, bytes: 1, lines: 1 })).to.equal(false);
  });

  it('knows a job that was released, before it has begun and after it is released again, and no other of its MOC', async () => {
    const register = postgresJobRegister(db);
    const [{ jobId, mocId }, other] = [job(), job()];
    expect(await register.isReleased({ jobId, mocId })).to.equal(false);
    await register.noteJobReleased(jobId);
    await register.noteJobReleased(jobId);
    expect(await register.isReleased({ jobId, mocId })).to.equal(true);
    expect(await register.isReleased({ jobId: other.jobId, mocId })).to.equal(false);
  });
});
