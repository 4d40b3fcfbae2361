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
import { overdueParts } from './overdue-parts.ts';

const SCHEMA = 'moc_overdue_parts';

describe('overdueParts', function () {
  this.timeout(60_000);

  it('finds lists without a result in MOCs that have not changed since the given time', async () => {
    const postgres = await postgresForTests();
    const db = openDatabase(await postgres.databaseUrl(SCHEMA), { schema: SCHEMA });
    closeAfterAllTests(() => db.close());
    const definition = streamDefinition(mocCatalogue, mocCodec);
    const store = postgresReadModels(db);
    const { generation } = await store.prepare(definition);
    const save = async (updatedAt = noon, ...more: MocEvent[]): Promise<MocId> => {
      const mocId = newId() as MocId;
      const fileId = 'f' as FileId;
      const list = { partsListId: 'l' as PartsListId, title: 'All', fileId, jobId: 'j' as JobId };
      const described = { title: 'Crane', description: '', theme: '', tags: [] };
      const bytes = { mediaType: 'text/csv', sizeBytes: 1, sha256: '00' };
      const events: MocEvent[] = [
        { type: 'MocDrafted', data: { mocId, owner: ada, draftedAt: noon, ...described } },
        { type: 'FileAttached', data: { mocId, file: { fileId, kind: 'parts-list', name: 'all.csv', ...bytes } } },
        { type: 'PartsListed', data: { mocId, list } },
        ...more,
      ];
      const row = events.reduce<ReturnType<typeof evolveRow>>(evolveRow, undefined);
      const next = { id: mocId, revision: BigInt(events.length - 1), updatedAt, row };
      await store.save(definition, generation, [{ previous: undefined, next }]);
      return mocId;
    };
    const overdue = await save();
    await save(after(noon, 60_000));
    const unreadable = { mocId: 'm' as MocId, partsListId: 'l' as PartsListId, code: 'no-lots', because: '' };
    await save(noon, { type: 'PartsFoundUnreadable', data: unreadable });

    expect(await overdueParts(db)(after(noon, 1))).to.deep.equal([
      {
        mocId: overdue,
        owner: ada,
        list: { partsListId: 'l', title: 'All', fileId: 'f', jobId: 'j' },
        fileName: 'all.csv',
      },
    ]);
  });
});
