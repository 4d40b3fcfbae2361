import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';
import type { UserId } from '@lego-moc/kernel/message';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { checkLot, type CatalogueExtract, type CheckedLot } from '../../domain/catalogue.ts';
import type { AttemptId, JobId } from '../../domain/file-job-events.ts';
import { parseLot } from '../../domain/lot.ts';
import type { LotResolution } from '../../application/ports/lot-resolution.ts';
import { migrations } from './migrations.ts';
import { postgresJobLeases } from './postgres-job-leases.ts';
import { postgresJobRegister } from './postgres-job-register.ts';
import { postgresLotResolution } from './postgres-lot-resolution.ts';
import { postgresLots } from './postgres-lots.ts';

const owner = 'ada' as UserId;

const OLD: CatalogueExtract = {
  ...{ parts: new Map([['3001', '3001']]), colours: new Map([[4, 'Red']]) },
  ...{ partColours: new Map(), elements: new Map() },
};
const NEW: CatalogueExtract = {
  ...{ ...OLD, parts: new Map([...OLD.parts, ['3002', '3002']]) },
  elements: new Map([['300221', { partNumber: '3002', colourId: 4 }]]),
};

const rows = [
  { partNumber: '3001', quantityText: '2' },
  { partNumber: '3002.0', quantityText: null },
  { partNumber: '300221', quantityText: '1,000', isElement: true },
  { partNumber: 'x9', quantityText: 'few' },
];
const lots = rows.map((row, index) => {
  const raw = { line: index + 2, itemType: 'P', colour: '4', colourName: null, role: 'needed' as const, ...row };
  return checkLot(parseLot(raw, index + 1), 'rebrickable', OLD);
});

describe('unknown lots in PostgreSQL', function () {
  this.timeout(120_000);
  let db: Database;
  let resolution: LotResolution;

  /** A job at rest with these lots. */
  const settledJob = async (content = lots) => {
    const ids = { ...{ jobId: newId() as JobId, mocId: newId(), attemptId: newId() as AttemptId }, owner };
    await postgresJobLeases(db).acquire(ids, ids.attemptId);
    await postgresLots(db).add(ids.jobId, ids.attemptId, content);
    await db.none(`UPDATE attempt SET beat_at = beat_at - interval '2 minutes' WHERE job_id = $1`, [ids.jobId]);
    await postgresJobRegister(db).settle(ids);
    return ids;
  };
  const lotsOf = async (
    jobId: JobId,
    attemptId: AttemptId,
    selection: 'all' | 'unknown',
  ): Promise<readonly CheckedLot[]> => {
    const all: CheckedLot[] = [];
    for await (const page of resolution.lots(jobId, attemptId, selection)) all.push(...page);
    return all;
  };

  before(async () => {
    const postgres = await postgresForTests();
    db = openDatabase(await postgres.databaseUrl('file_processing'), { schema: 'file_processing' });
    closeAfterAllTests(() => db.close());
    await migrate(db, 'file_processing', migrations);
    resolution = postgresLotResolution(db);
  });

  it('reads unknown lots so that a later release finds what it would find in the file', async () => {
    const { jobId, attemptId } = await settledJob();
    const unknown = await lotsOf(jobId, attemptId, 'unknown');
    expect(unknown.map(({ lot }) => lot)).to.deep.equal([2, 3, 4]);
    const checkedLots = unknown.map((lot) => checkLot(lot, 'rebrickable', NEW));
    expect(checkedLots.map(({ part, colourId, quantity }) => [part, colourId, quantity])).to.deep.equal([
      ['3002', 4, 1],
      ['3002', 4, 1000],
      [null, 4, null],
    ]);
    await resolution.update(jobId, attemptId, checkedLots);
    await resolution.update(jobId, attemptId, checkedLots);
    expect((await lotsOf(jobId, attemptId, 'unknown')).map(({ lot }) => lot)).to.deep.equal([4]);
    expect((await lotsOf(jobId, attemptId, 'all')).map(({ part }) => part)).to.deep.equal([
      ...['3001', '3002', '3002', null],
    ]);
  });

  it('finds a job once for each release, and again after another attempt', async () => {
    const ids = await settledJob();
    const isFound = async (release: number) => (await resolution.findUnchecked(release, 1000)).includes(ids.jobId);
    expect(await isFound(7)).to.equal(true);
    await resolution.noteChecked(ids.jobId, 7);
    expect([await isFound(7), await isFound(8)]).to.deep.equal([false, true]);
    await postgresJobLeases(db).acquire(ids, newId() as AttemptId);
    await db.none(`UPDATE attempt SET beat_at = beat_at - interval '2 minutes' WHERE job_id = $1`, [ids.jobId]);
    expect(await isFound(7)).to.equal(false);
    await postgresJobRegister(db).settle(ids);
    expect(await isFound(7)).to.equal(true);
  });

  it('finds a job again after changes of the custom parts of its owner, however often and late they are noted', async () => {
    const [ids, others] = [await settledJob(), await settledJob()];
    await db.none(`UPDATE attempt SET owner = 'bob' WHERE job_id = $1`, [others.jobId]);
    const areFound = async () => {
      const jobs = await resolution.findUnchecked(7, 1000);
      return [ids, others].map(({ jobId }) => jobs.includes(jobId));
    };
    for (const { jobId } of [ids, others]) await resolution.noteChecked(jobId, 7, { owner, changes: 0 });
    for (const changes of [2, 1, 2]) await resolution.noteCustomParts(owner, changes);
    expect(await areFound()).to.deep.equal([true, false]);
    // The parts were read between their two changes.
    await resolution.noteChecked(ids.jobId, 7, { owner, changes: 1 });
    expect(await areFound()).to.deep.equal([true, false]);
    await resolution.noteChecked(ids.jobId, 7, { owner, changes: 2 });
    for (const changes of [1, 2]) await resolution.noteCustomParts(owner, changes);
    expect(await areFound()).to.deep.equal([false, false]);
  });

  it('learns whose job an older version has read, and checks it once more then', async () => {
    const { jobId } = await settledJob();
    await db.none('UPDATE attempt SET owner = NULL WHERE job_id = $1', [jobId]);
    await resolution.noteChecked(jobId, 7);
    await resolution.noteCustomParts('bob' as UserId, 40);
    const isFound = async () => (await resolution.findUnchecked(7, 1000)).includes(jobId);
    const answers: boolean[] = [];
    for (let check = 0; check < 3; check += 1) {
      answers.push(await isFound());
      await resolution.noteChecked(jobId, 7, { owner, changes: 1 });
    }
    expect(answers).to.deep.equal([true, true, false]);
    await resolution.noteCustomParts('bob' as UserId, 41);
    expect(await isFound()).to.equal(false);
  });

  it('finds no job that is being read, and none without unknown lots', async () => {
    const [known, busy] = [await settledJob(lots.slice(0, 1)), await settledJob()];
    await postgresJobLeases(db).renew(busy.jobId, busy.attemptId, { lots: 1, bytes: 1, lines: 1 });
    const jobs = await resolution.findUnchecked(9, 1000);
    expect([jobs.includes(known.jobId), jobs.includes(busy.jobId)]).to.deep.equal([false, false]);
  });
});
