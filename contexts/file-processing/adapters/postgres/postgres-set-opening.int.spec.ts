import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';
import type { UserId } from '@lego-moc/kernel/message';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { importCatalogue } from '../../application/import-catalogue.ts';
import { checkLot, type CheckedLot } from '../../domain/catalogue.ts';
import type { AttemptId, JobId } from '../../domain/file-job-events.ts';
import { parseLot } from '../../domain/lot.ts';
import type { SetContent, SetLot } from '../../domain/set-contents.ts';
import { tablesDump } from '../../testing/tables-dump.ts';
import { migrations } from './migrations.ts';
import { postgresCatalogueStore } from './postgres-catalogue-store.ts';
import { postgresJobLeases } from './postgres-job-leases.ts';
import { postgresJobRegister } from './postgres-job-register.ts';
import { postgresLotResolution } from './postgres-lot-resolution.ts';
import { postgresLots } from './postgres-lots.ts';
import { newestRelease } from './newest-release.ts';
import { postgresSetOpening } from './postgres-set-opening.ts';

const owner = 'ada' as UserId;

const dump = tablesDump('sets-1', {
  part_categories: ['id,name', '11,Bricks'],
  colors: ['id,name,rgb,is_trans', '0,Black,05131D,f', '4,Red,C91A09,f'],
  parts: ['part_num,name,part_cat_id', '3001,Brick 2 x 4,11', '973,Torso,11'],
  themes: ['id,name,parent_id', '1,City,'],
  sets: ['set_num,name,year,theme_id,num_parts', '10-1,Harbour crane,2024,1,6', '11-1,Two cranes,2025,1,0'],
  minifigs: ['fig_num,name,num_parts', 'fig-000001,Crane driver,1', 'fig-000002,Passenger,2'],
  inventories: ['id,version,set_num', '1,1,10-1', '2,2,10-1', '3,1,fig-000001', '4,1,11-1', '5,1,fig-000002'],
  inventory_parts: [
    'inventory_id,part_num,color_id,quantity,is_spare',
    ...['1,3001,4,9,False', '2,3001,4,4,False', '2,3001,4,1,True', '3,973,4,1,f'],
  ],
  inventory_sets: ['inventory_id,set_num,quantity', '4,10-1,2'],
  inventory_minifigs: ['inventory_id,fig_num,quantity', '2,fig-000001,3', '2,fig-000002,1'],
});

const rows = [
  { itemType: 'P', partNumber: '3001', colour: '4', quantityText: '2' },
  { itemType: 'S', partNumber: '10', colour: null, quantityText: '3' },
  { itemType: 'S', partNumber: '11-1', colour: null, quantityText: '1', role: 'extra' as const },
  { itemType: 'S', partNumber: '12-1', colour: null, quantityText: '1' },
  { itemType: 'M', partNumber: 'fig-000002', colour: null, quantityText: '1' },
  { itemType: 'S', partNumber: '10-1', colour: null, quantityText: '0' },
  { itemType: 'S', partNumber: '10-1', colour: null, quantityText: '1', role: 'alternate' as const },
];
const extract = { parts: new Map(), colours: new Map(), partColours: new Map(), elements: new Map() };
const lots = rows.map((row, index) => {
  const raw = { line: index + 2, colourName: null, role: 'needed' as const, ...row };
  return checkLot(parseLot(raw, index + 1), 'bricklink', extract);
});
const part = (setLot: number, number: string, quantity: number, isSpare = false): SetContent => ({
  ...{ setLot, itemType: 'P', number, colourId: 4, isSpare, quantity },
});
const passenger = (setLot: number, quantity: number): SetContent => ({
  ...{ setLot, itemType: 'M', number: 'fig-000002', colourId: null, isSpare: false, quantity },
});

describe('opening sets in PostgreSQL', function () {
  this.timeout(120_000);
  let db: Database;

  const storedJob = async () => {
    const ids = { ...{ jobId: newId() as JobId, mocId: newId(), attemptId: newId() as AttemptId }, owner };
    await postgresJobLeases(db).acquire(ids, ids.attemptId);
    await postgresLots(db).add(ids.jobId, ids.attemptId, lots);
    return ids;
  };
  const lotsOf = async (jobId: JobId, attemptId: AttemptId): Promise<readonly CheckedLot[]> => {
    const all: CheckedLot[] = [];
    for await (const page of postgresLotResolution(db).lots(jobId, attemptId, 'all')) all.push(...page);
    return all;
  };

  before(async () => {
    const postgres = await postgresForTests();
    db = openDatabase(await postgres.databaseUrl('file_processing'), { schema: 'file_processing' });
    closeAfterAllTests(() => db.close());
    await migrate(db, 'file_processing', migrations);
    await importCatalogue(dump, postgresCatalogueStore(db), () => undefined);
  });

  it('finds the sets and minifigs that count, as many as asked for', async () => {
    const { jobId, attemptId } = await storedJob();
    const sets = await postgresSetOpening(db).findSets(jobId, attemptId, 10);
    expect(sets.map(({ lot }) => lot)).to.deep.equal([2, 3, 4, 5]);
    expect(sets[1]).to.deep.equal({ lot: 3, line: 4, itemType: 'S', number: '11-1', quantity: 1, role: 'extra' });
    expect(await postgresSetOpening(db).findSets(jobId, attemptId, 2)).to.have.length(2);
  });

  it('reads the newest inventory of each set, with sets and minifigs within it, and what has no inventory', async () => {
    const sets = rows.slice(1, 5).map(({ itemType, partNumber: number }, index): SetLot => ({
      ...{ lot: index + 2, line: index + 3, itemType: itemType as 'S' | 'M', number, quantity: 1, role: 'needed' },
    }));
    const release = await newestRelease(db);
    expect(await postgresSetOpening(db).contents(release, sets, 100)).to.deep.equal([
      ...[passenger(2, 1), part(2, '3001', 4), part(2, '3001', 1, true), part(2, '973', 3)],
      ...[passenger(3, 2), part(3, '3001', 8), part(3, '3001', 2, true), part(3, '973', 6)],
    ]);
    expect(await postgresSetOpening(db).contents(release, sets, 3)).to.have.length(3);
  });

  it('copies lots with all that is known of them, and removes neither copy for an attempt that ended', async () => {
    const { jobId, attemptId, mocId } = await storedJob();
    const to = newId() as AttemptId;
    await postgresJobRegister(db).settle({ jobId, mocId });
    await postgresJobRegister(db).revokeLease(jobId);
    await postgresSetOpening(db).copyLots(jobId, attemptId, to, [2, 3]);
    const [first] = lots;
    await postgresLots(db).add(jobId, to, [{ ...first!, lot: 8, openedFrom: 2 }]);
    await postgresLots(db).clear(jobId, attemptId);
    const original = await lotsOf(jobId, attemptId);
    const copy = await lotsOf(jobId, to);
    expect(original).to.have.length(7);
    expect(copy.slice(0, 7)).to.deep.equal(
      original.map((lot) => (lot.lot === 2 || lot.lot === 3 ? { ...lot, role: 'opened' } : lot)),
    );
    expect(copy[7]?.openedFrom).to.equal(2);
    const page = await postgresLots(db).page(jobId, to, 1, { cursor: 6, limit: 5, unknown: false, problems: false });
    expect(page.lots.map(({ role, openedFrom }) => [role, openedFrom])).to.deep.equal([
      ['alternate', undefined],
      ['needed', 2],
    ]);
  });

  it('has the sweep remove the lots that are not those of the job any more', async () => {
    const { jobId, attemptId, mocId } = await storedJob();
    const to = newId() as AttemptId;
    const age = () => db.none(`UPDATE attempt SET beat_at = beat_at - interval '2 minutes' WHERE job_id = $1`, [jobId]);
    const register = postgresJobRegister(db);
    await age();
    await register.settle({ jobId, mocId });
    await register.revokeLease(jobId);
    await postgresSetOpening(db).copyLots(jobId, attemptId, to, [2]);
    expect(await postgresLots(db).removeAbandoned(to, jobId)).to.equal(0);
    await age();
    expect(await register.findUnsettled(1000)).to.include(jobId);
    expect(await postgresLots(db).removeAbandoned(to, jobId)).to.equal(7);
    expect(await lotsOf(jobId, to)).to.have.length(7);
  });
});
