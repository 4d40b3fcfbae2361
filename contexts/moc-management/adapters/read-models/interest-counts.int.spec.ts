import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { Instant } from '@lego-moc/kernel/message';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { streamDefinition } from '@lego-moc/read-models/definition';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { interestsCodec } from '../event-store/interests-codec.ts';
import { interestCountsIn } from './interest-counts.ts';
import { mocInterests } from './moc-interests.ts';

const SCHEMA = 'moc_management_interests';
const definition = streamDefinition(mocInterests, interestsCodec);

describe('counting the interest in MOCs', function () {
  this.timeout(60_000);
  const [crane, boat, windmill] = [newId(), newId(), newId()] as const;
  let db: Database;

  const save = async (id: string, row: { like: string[]; bookmark: string[]; follow: string[] } | undefined) => {
    const next = { id, revision: 1n, updatedAt: '2026-01-01T12:00:00.000Z' as Instant, row };
    await postgresReadModels(db).save(definition, 1, [{ previous: undefined, next }]);
  };

  before(async () => {
    db = openDatabase(await (await postgresForTests()).databaseUrl(SCHEMA), { schema: SCHEMA });
    closeAfterAllTests(() => db.close());
    await postgresReadModels(db).prepare(definition);
    await save('ada', { like: [crane, boat], bookmark: [crane], follow: ['bob'] });
    await save('bob', { like: [crane], bookmark: [], follow: [] });
    await save('cleo', { like: [], bookmark: [windmill], follow: ['bob'] });
    await save('gone', undefined);
  });

  it('counts likes and bookmarks of each MOC, and no follows', async () => {
    expect(await interestCountsIn(db)({ limit: 10 })).to.deep.equal({
      mocs: [
        { mocId: crane, likes: 2, bookmarks: 1 },
        { mocId: boat, likes: 1, bookmarks: 0 },
        { mocId: windmill, likes: 0, bookmarks: 1 },
      ],
      nextCursor: null,
    });
  });

  it('has the same MOCs page by page', async () => {
    const first = await interestCountsIn(db)({ limit: 2 });
    expect([first.mocs.length, first.nextCursor]).to.deep.equal([2, boat]);
    const { mocs, nextCursor } = await interestCountsIn(db)({ limit: 2, cursor: boat });
    expect([mocs.map(({ mocId }) => mocId), nextCursor]).to.deep.equal([[windmill], null]);
  });
});
