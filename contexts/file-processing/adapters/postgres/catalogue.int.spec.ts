import { expect } from 'chai';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { importCatalogue, type CatalogueDump } from '../../application/import-catalogue.ts';
import type { DumpRow } from '../../domain/dump-cells.ts';
import { catalogueChanges } from './catalogue-changes.ts';
import { catalogueQueries } from './catalogue-queries.ts';
import { elementQueries } from './element-queries.ts';
import { migrations } from './migrations.ts';
import { searchPartsIn } from './part-search.ts';
import { postgresCatalogue } from './postgres-catalogue.ts';
import { postgresCatalogueStore } from './postgres-catalogue-store.ts';
import { substitutionsIn } from './substitution-queries.ts';

type Tables = Readonly<Record<string, readonly DumpRow[]>>;

const dumpOf = (id: string, tables: Tables): CatalogueDump => ({
  id: () => Promise.resolve(id),
  rows: (file) => {
    const rows = tables[file];
    if (rows === undefined) return undefined;
    return (async function* () {
      for (const row of rows) yield await Promise.resolve(row);
    })();
  },
});

const small: Tables = {
  part_categories: [{ id: '11', name: 'Bricks' }],
  colors: [{ id: '4', name: 'Red', rgb: 'C91A09', is_trans: 'f', num_parts: '7' }],
  parts: [
    { part_num: '3001', name: 'Brick 2 x 4', part_cat_id: '11' },
    { part_num: "=cmd|'/c calc'!A1", name: 'A\tname\nwith "everything" \\N', part_cat_id: '99' },
  ],
  elements: [
    { element_id: '300121', part_num: '3001', color_id: '4', design_id: '' },
    { element_id: '300121', part_num: '3001', color_id: '4' },
    { element_id: '999', part_num: 'gone', color_id: '4' },
    { element_id: '998', part_num: '3001', color_id: 'red' },
  ],
  part_relationships: [
    { rel_type: 'P', child_part_num: 'gone', parent_part_num: '3001' },
    { rel_type: 'A', child_part_num: "=cmd|'/c calc'!A1", parent_part_num: '3001' },
  ],
};

describe('importing a catalogue into PostgreSQL', function () {
  this.timeout(120_000);
  let db: Database;
  const load = (id: string, tables: Tables = small) =>
    importCatalogue(dumpOf(id, tables), postgresCatalogueStore(db), () => undefined);
  const countOf = async (table: string): Promise<number> =>
    (await db.one<{ count: number }>(`SELECT count(*)::integer AS count FROM ${table}`)).count;

  before(async () => {
    const postgres = await postgresForTests();
    db = openDatabase(await postgres.databaseUrl('file_processing'), { schema: 'file_processing' });
    closeAfterAllTests(() => db.close());
    await migrate(db, 'file_processing', migrations);
  });

  it('imports consistent rows, and counts the others', async () => {
    const { counts } = await load('one');
    expect(counts).to.deep.equal({
      categories: { imported: 1, dangling: 0, unreadable: 0, repeated: 0 },
      colours: { imported: 1, dangling: 0, unreadable: 0, repeated: 0 },
      parts: { imported: 2, dangling: 0, unreadable: 0, repeated: 0 },
      elements: { imported: 1, dangling: 1, unreadable: 1, repeated: 1 },
      relationships: { imported: 1, dangling: 1, unreadable: 0, repeated: 0 },
    });
  });

  it('answers from the newest release, whatever the case of the numbers', async () => {
    const catalogue = postgresCatalogue(db);
    const release = await catalogue.newestRelease();
    const { parts, colours } = await catalogue.lookUp(release, ['3001', '3002', "=CMD|'/c calc'!a1"]);
    expect(release.id).to.equal('one');
    expect([...parts.values()].sort()).to.deep.equal(['3001', "=cmd|'/c calc'!A1"]);
    expect([...colours]).to.deep.equal([[4, 'Red']]);
  });

  it('has the colours that a part exists in, and elements by their ids', async () => {
    const catalogue = postgresCatalogue(db);
    const { partColours, elements } = await catalogue.lookUp(await catalogue.newestRelease(), [
      '3001',
      '300121',
      '999',
    ]);
    expect([...partColours]).to.deep.equal([['3001', new Set([4])]]);
    expect([...elements]).to.deep.equal([['300121', { partNumber: '3001', colourId: 4 }]]);
  });

  it('shows a part with its colours and relatives', async () => {
    const { newest, part } = catalogueQueries(db);
    expect((await newest()).counts['elements']).to.deep.equal({ imported: 1, leftOut: 3 });
    expect(await part('3001')).to.deep.equal({
      ...{ partNumber: '3001', name: 'Brick 2 x 4', category: 'Bricks' },
      colours: [{ colourId: 4, name: 'Red', rgb: 'C91A09', elementIds: ['300121'] }],
      relationships: [{ kind: 'A', role: 'child', partNumber: "=cmd|'/c calc'!A1" }],
    });
    expect(await part('3002')).to.equal(undefined);
  });

  it('pages the relationships that are substitutes, with all colours', async () => {
    const page = { cursor: 0, limit: 1 };
    expect(await substitutionsIn(db)(page)).to.deep.equal({
      ...{ release: 'one', colours: [{ colourId: 4, name: 'Red', transparent: false }] },
      ...{ relationships: [['A', "=cmd|'/c calc'!A1", '3001']], nextCursor: null },
    });
    expect((await substitutionsIn(db)({ ...page, cursor: 1 })).relationships).to.deep.equal([]);
  });

  it('finds parts by words and their beginnings, the very number first, by page', async () => {
    const search = searchPartsIn(db);
    const numbers = async (q: string) => (await search({ q, limit: 10 })).parts.map(({ partNumber }) => partNumber);
    expect(await numbers('4 bri')).to.eql(['3001']);
    expect(await numbers('3001')).to.eql(['3001']);
    expect(await numbers('brick unheard-of')).to.eql([]);
    expect(await numbers("':* & ')(")).to.eql([]);
    expect(await numbers("=CMD|'/c calc'!A1")).to.eql(["=cmd|'/c calc'!A1"]);
  });

  it('has all colours, and an element with its part', async () => {
    const { colours, element } = elementQueries(db);
    expect(await colours()).to.eql({
      release: 'one',
      colours: [{ colourId: 4, name: 'Red', rgb: 'C91A09', transparent: false }],
    });
    expect(await element('300121')).to.eql({
      ...{ elementId: '300121', partNumber: '3001', name: 'Brick 2 x 4', designId: null },
      ...{ colourId: 4, colourName: 'Red' },
    });
    expect(await element('999')).to.equal(undefined);
  });

  it('treats a name as data, whatever SQL it contains', async () => {
    const { name } = await db.one<{ name: string }>("SELECT name FROM part WHERE part_number LIKE '=cmd%'");
    expect(name).to.equal('A\tname\nwith "everything" \\N');
  });

  it('does nothing when the same catalogue is the newest already', async () => {
    const before = await countOf('part');
    const { counts } = await load('one');
    expect(counts).to.equal('already-there');
    expect(await countOf('part')).to.equal(before);
  });

  it('shows nothing of an interrupted release, and keeps the one before', async () => {
    const dump = dumpOf('two', { ...small, parts: [] });
    const failing: CatalogueDump = {
      ...dump,
      rows: (file) =>
        file === 'parts'
          ? (async function* () {
              yield await Promise.resolve({ part_num: '3002', name: 'Brick 2 x 3', part_cat_id: '11' });
              throw new Error('the disk is gone');
            })()
          : dump.rows(file, []),
    };
    const message = await importCatalogue(failing, postgresCatalogueStore(db), () => undefined).then(
      () => 'imported',
      (error: unknown) => (error as Error).message,
    );
    expect(message).to.equal('the disk is gone');
    expect((await postgresCatalogue(db).newestRelease()).id).to.equal('one');
  });

  it('keeps answering from a release that a newer one has replaced', async () => {
    const catalogue = postgresCatalogue(db);
    const old = await catalogue.newestRelease();
    await load('three', { ...small, parts: [{ part_num: '3003', name: 'Brick 2 x 2', part_cat_id: '11' }] });
    const now = await catalogue.newestRelease();
    expect(now.id).to.equal('three');
    expect((await catalogue.lookUp(old, ['3001'])).parts.size).to.equal(1);
    expect((await catalogue.lookUp(now, ['3001'])).parts.size).to.equal(0);
  });

  it('pages through what a later release adds, removes and changes', async () => {
    const brick = { part_num: '3003', name: 'Brick 2 x 2', part_cat_id: '11', part_material: 'Plastic' };
    await load('four', { ...small, parts: [brick, { part_num: '3004', name: 'Brick 1 x 2', part_cat_id: '11' }] });
    const { changes, releases } = catalogueChanges(db);
    expect((await releases()).releases.map(({ release, parts }) => [release, parts])).to.eql([
      ...[
        ['four', 2],
        ['three', 1],
        ['one', 2],
      ],
    ]);
    const first = await changes({ since: 'one', limit: 3 });
    expect([first?.release, first?.counts]).to.eql(['four', { added: 2, removed: 2, changed: 0, moved: 0 }]);
    const rest = await changes({ since: 'one', limit: 3, cursor: first?.nextCursor ?? '' });
    expect([first?.changes.length, rest?.changes.length, rest?.nextCursor]).to.eql([3, 1, null]);
    expect(await changes({ since: 'three', limit: 9 })).to.deep.include({
      counts: { added: 1, removed: 0, changed: 1, moved: 0 },
      changes: [
        { partNumber: '3003', change: 'changed', name: 'Brick 2 x 2', nameBefore: 'Brick 2 x 2' },
        { partNumber: '3004', change: 'added', name: 'Brick 1 x 2', nameBefore: null },
      ],
    });
    expect(await changes({ since: 'unheard-of', limit: 9 })).to.equal(undefined);
  });

  it('pages through the parts that a word finds', async () => {
    const search = searchPartsIn(db);
    const first = await search({ q: 'brick', limit: 1 });
    const second = await search({ q: 'brick', limit: 1, cursor: first.nextCursor ?? '' });
    expect([first, second].map(({ parts: [part] }) => part?.partNumber)).to.eql(['3003', '3004']);
    expect(second.nextCursor).to.equal(null);
  });

  it('deletes all but the newest three', async () => {
    for (const id of ['five', 'six', 'seven']) await load(id);
    const rows = await db.any<{ release: number }>('SELECT DISTINCT release FROM part_category');
    // An interrupted release is kept for an hour: its import might still be running.
    expect(rows).to.have.length(4);
  });
});
