import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { after } from '@lego-moc/kernel/instant';
import { openDatabase } from '@lego-moc/postgres/database';
import { streamDefinition } from '@lego-moc/read-models/definition';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { evolveRow } from '../../application/moc-row.ts';
import type { FileId, JobId, MocEvent, MocId, PartsListId } from '../../domain/moc-events.ts';
import { ada, noon } from '../../testing/crashing-uploads.ts';
import { mocCodec } from '../event-store/moc-codec.ts';
import { mocCatalogue } from './moc-catalogue.ts';
import { MOCS_MAX, overdueParts } from './overdue-parts.ts';

const SCHEMA = 'moc_overdue_parts';

describe('overdueParts', function () {
  this.timeout(60_000);

  const prepare = async () => {
    const postgres = await postgresForTests();
    const db = openDatabase(await postgres.databaseUrl(SCHEMA), { schema: SCHEMA });
    closeAfterAllTests(() => db.close());
    const definition = streamDefinition(mocCatalogue, mocCodec);
    const store = postgresReadModels(db);
    const { generation } = await store.prepare(definition);
    await db.none('DELETE FROM moc_catalogue');
    const save = async (updatedAt = noon, ...more: MocEvent[]): Promise<MocId> => {
      const mocId = newId() as MocId;
      const fileId = 'f' as FileId;
      const list = { partsListId: 'l' as PartsListId, title: 'All', fileId, jobId: 'j' as JobId };
      const details = { title: 'Crane', description: '', theme: '', tags: [] };
      const bytes = { mediaType: 'text/csv', sizeBytes: 1, sha256: '00' };
      const events: MocEvent[] = [
        { type: 'MocDrafted', data: { mocId, owner: ada, draftedAt: noon, ...details } },
        { type: 'FileAttached', data: { mocId, file: { fileId, kind: 'parts-list', name: 'all.csv', ...bytes } } },
        { type: 'PartsListed', data: { mocId, list } },
        ...more,
      ];
      const row = events.reduce<ReturnType<typeof evolveRow>>(evolveRow, undefined);
      const next = { id: mocId, revision: BigInt(events.length - 1), updatedAt, row };
      await store.save(definition, generation, [{ previous: undefined, next }]);
      return mocId;
    };
    return { save, overdue: overdueParts(db) };
  };

  const mocId = 'm' as MocId;
  const partsListId = 'l' as PartsListId;
  const unreadable: MocEvent = {
    type: 'PartsFoundUnreadable',
    data: { mocId, partsListId, code: 'no-lots', because: '' },
  };
  const overdueList = { owner: ada, list: { partsListId, title: 'All', fileId: 'f', jobId: 'j' }, fileName: 'all.csv' };

  it('finds lists without a result in MOCs that have not changed since the given time', async () => {
    const { save, overdue } = await prepare();
    const waiting = await save();
    await save(after(noon, 60_000));
    await save(noon, unreadable);

    expect(await overdue(after(noon, 1))).to.deep.equal({ parts: [{ mocId: waiting, ...overdueList }] });
  });

  it('finds lists that wait for a decision, and files sent in the place of a list', async () => {
    const { save, overdue } = await prepare();
    const undecidedMoc = await save(noon, { type: 'PartsDecisionNeeded', data: { mocId, partsListId } });
    const replacement = { fileId: 'f2' as FileId, jobId: 'j2' as JobId };
    const replacementListed: MocEvent = { type: 'PartsReplacementListed', data: { mocId, partsListId, replacement } };
    const replacing = await save(noon, unreadable, replacementListed);
    const why = { code: 'no-lots', because: '' };
    await save(noon, unreadable, replacementListed, {
      type: 'PartsReplacementRefused',
      data: { mocId, partsListId, ...why },
    });

    expect((await overdue(after(noon, 1))).parts).to.have.deep.members([
      { mocId: undecidedMoc, ...overdueList },
      { mocId: replacing, ...overdueList, list: { ...overdueList.list, ...replacement }, fileName: 'All' },
    ]);
  });

  it('names where the next round begins when there are more than a round takes', async () => {
    const { save, overdue } = await prepare();
    const all: MocId[] = [];
    for (let at = 0; at <= MOCS_MAX; at += 1) all.push(await save(after(noon, Math.floor(at / 2))));

    const first = await overdue(after(noon, 60_000));
    const second = await overdue(after(noon, 60_000), first.last);
    expect([first.parts.length, second.parts.length, second.last]).to.deep.equal([MOCS_MAX, 1, undefined]);
    expect([...first.parts, ...second.parts].map((parts) => parts.mocId)).to.have.members(all);
  });
});
