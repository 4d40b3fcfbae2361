import { expect } from 'chai';
import getPort from 'get-port';
import { newId } from '@lego-moc/application/new-id';
import { connectOpenSearch } from '@lego-moc/opensearch/connect';
import { isOutage } from '@lego-moc/event-store/outage';
import type { Instant } from '@lego-moc/kernel/message';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { hasOpenSearch, openSearchForTests, OPENSEARCH_ADVICE } from '@lego-moc/testing/opensearch-for-tests';
import { skipWithout } from '@lego-moc/testing/real-component';
import { readModelStoreContract } from '../read-model-store.contract.ts';
import {
  GenerationReplaced,
  NoFormerGeneration,
  RebuildRunning,
  type ReadModel,
  type ReadModelStore,
  type StoredRow,
} from '../read-model-store.ts';
import type { Place } from './generations.ts';
import { openSearchReadModels } from './opensearch-read-models.ts';

const NOON = '2026-01-01T12:00:00.000Z' as Instant;

/** Puts an index without a node that may hold it in the place of one, so that it is red. Returns what ends that. */
const makeRed = async ({ client }: Place, index: string): Promise<() => Promise<void>> => {
  const { aliases, mappings } = (await client.indices.get({ index })).body[index]!;
  await client.indices.delete({ index });
  const settings = { number_of_replicas: 0, 'routing.allocation.require._name': 'no such node' };
  await client.indices.create({ index, wait_for_active_shards: '0', body: { settings, aliases, mappings } as object });
  return async () => {
    await client.indices.putSettings({
      index,
      body: { index: { 'routing.allocation.require._name': null } },
    });
    await client.cluster.health({ index, wait_for_status: 'yellow' });
  };
};

describe('read models in OpenSearch', function () {
  this.timeout(150_000);

  before(async function () {
    if (!hasOpenSearch()) skipWithout(this, 'OpenSearch', OPENSEARCH_ADVICE);
    await openSearchForTests();
  });

  const openPlace = async (): Promise<Place> => {
    const client = connectOpenSearch(await openSearchForTests());
    closeAfterAllTests(() => client.close());
    return { client, prefix: `test-${newId()}` };
  };

  readModelStoreContract(async () => openSearchReadModels(await openPlace()));

  describe('going back to the generation before a rebuild', () => {
    const model: ReadModel = { name: 'shelf', columns: { colour: 'text' }, indexes: [] };
    let place: Place;
    let store: ReadModelStore;

    const rowOf = (id: string, revision: bigint, colour?: string): StoredRow => ({
      ...{ id, revision, updatedAt: NOON, row: colour === undefined ? undefined : { colour } },
    });
    const currentOf = async (): Promise<number> => (await store.current('shelf'))!.generation;
    const save = async (...rows: readonly StoredRow[]): Promise<void> => {
      await store.save(
        model,
        await currentOf(),
        rows.map((next) => ({ previous: undefined, next })),
      );
    };
    const rebuild = (rows: readonly StoredRow[], rebuiltModel = model): Promise<void> =>
      store.build(rebuiltModel, async ({ insert, publish }) => {
        await insert(rows.map((next) => ({ previous: undefined, next })));
        await publish(() => Promise.resolve());
      });
    const rowsOf = async (generation: number): Promise<readonly StoredRow[]> => {
      const rows: StoredRow[] = [];
      for await (const page of store.scan(model, generation)) rows.push(...page);
      return rows;
    };
    const indexNames = async (): Promise<readonly string[]> =>
      Object.keys((await place.client.indices.getAlias({ index: `${place.prefix}-shelf-*` })).body)
        .map((name) => name.slice(place.prefix.length + 1))
        .sort();
    const refusalOf = (work: Promise<unknown> | undefined): Promise<unknown> =>
      (work ?? Promise.resolve()).catch((error: unknown) => error);

    beforeEach(async () => {
      place = await openPlace();
      store = openSearchReadModels(place);
      await store.prepare(model);
    });

    it('keeps exactly one former generation, and none of the first, which nobody has built', async () => {
      await rebuild([]);
      expect([await indexNames(), await store.former?.('shelf')]).to.deep.equal([['shelf-2'], undefined]);
      expect(await refusalOf(store.rollBack?.(model))).to.be.instanceOf(NoFormerGeneration);
      await rebuild([]);
      expect(await indexNames()).to.deep.equal(['shelf-2', 'shelf-3']);
      await rebuild([]);
      expect(await indexNames()).to.deep.equal(['shelf-3', 'shelf-4']);
      expect(await store.former?.('shelf')).to.include({ generation: 3 });
    });

    it('shows the former rows with those that have changed since, and undoes that by a second call', async () => {
      await rebuild([rowOf('a', 0n, 'right'), rowOf('b', 0n, 'right'), rowOf('c', 0n, 'right')]);
      await rebuild([rowOf('a', 0n, 'wrong'), rowOf('b', 0n, 'wrong'), rowOf('c', 0n, 'wrong')]);
      await save(rowOf('b', 1n, 'new'), rowOf('d', 0n, 'new'), rowOf('c', 1n));
      expect(await store.rollBack?.(model)).to.include({ generation: 2 });
      const changedRows = [rowOf('b', 1n, 'new'), rowOf('c', 1n), rowOf('d', 0n, 'new')];
      expect(await currentOf()).to.equal(2);
      expect(await rowsOf(2)).to.deep.equal([rowOf('a', 0n, 'right'), ...changedRows]);
      await save(rowOf('a', 1n, 'newest'));
      expect(await store.rollBack?.(model)).to.include({ generation: 3 });
      expect(await rowsOf(3)).to.deep.equal([rowOf('a', 1n, 'newest'), ...changedRows]);
    });

    it('gives a rebuild after a rollback a number of its own, and keeps what readers saw until then', async () => {
      for (const colour of ['right', 'wrong']) await rebuild([rowOf('a', 0n, colour)]);
      await store.rollBack?.(model);
      await rebuild([rowOf('a', 0n, 'mended')]);
      expect([await currentOf(), await indexNames()]).to.deep.equal([4, ['shelf-2', 'shelf-4']]);
    });

    it('sends late writers of the generation that was left to the one in use', async () => {
      for (const colour of ['right', 'wrong']) await rebuild([rowOf('a', 0n, colour)]);
      const late = (generation: number) =>
        refusalOf(store.save(model, generation, [{ previous: undefined, next: rowOf('e', 0n, 'late') }]));
      expect(await late(2)).to.be.instanceOf(GenerationReplaced);
      await store.rollBack?.(model);
      expect(await late(3)).to.be.instanceOf(GenerationReplaced);
      await save(rowOf('e', 0n, 'late'));
      expect(await store.revisionOf('shelf', 'e')).to.equal(0n);
    });

    it('keeps nothing in the former generation that was removed, before or after the rebuild', async () => {
      await rebuild(['a', 'b', 'c'].map((id) => rowOf(id, 0n, 'secret')));
      await rebuild([rowOf('a', 1n), rowOf('b', 0n, 'secret'), rowOf('c', 0n, 'kept')]);
      await save(rowOf('b', 1n));
      await place.client.indices.refresh({ index: `${place.prefix}-shelf-former` });
      const { body } = await place.client.search({ index: `${place.prefix}-shelf-former`, body: { sort: ['id'] } });
      const former = body.hits.hits.map(({ _source }) => (_source as { colour?: string }).colour);
      expect(former).to.deep.equal([undefined, undefined, 'secret']);
    });

    it('removes from the former generation although a builder has died right after it had published', async () => {
      for (const colour of ['right', 'wrong']) await rebuild([rowOf('a', 0n, colour)]);
      await place.client.indices.addBlock({ index: `${place.prefix}-shelf-2`, block: 'write' });
      await save(rowOf('a', 1n));
      expect(await store.rollBack?.(model)).to.include({ generation: 2 });
      expect(await store.count('shelf')).to.equal(0);
    });

    it('refuses a former generation with other columns, and one at a time', async () => {
      await rebuild([]);
      const changedModel: ReadModel = { ...model, columns: { colour: 'text', size: 'integer' } };
      await rebuild([], changedModel);
      expect(await refusalOf(store.rollBack?.(changedModel))).to.be.instanceOf(NoFormerGeneration);
      expect(await store.rollBack?.(model)).to.include({ generation: 2 });
      await store.build(model, async () => {
        expect(await refusalOf(store.rollBack?.(model))).to.be.instanceOf(RebuildRunning);
      });
    });

    it('answers every search while it goes back and forth under writes', async () => {
      const rows = Array.from({ length: 1_500 }, (_, number) => rowOf(`row-${number}`, 0n, 'red'));
      for (let count = 0; count < 2; count += 1) await rebuild(rows);
      let isOver = false;
      const counts = new Set<number>();
      const search = async (): Promise<void> => {
        while (!isOver) counts.add(await store.count('shelf'));
      };
      let revision = 0n;
      const write = async (): Promise<void> => {
        while (!isOver) {
          revision += 1n;
          const next = rowOf('row-7', revision, 'blue');
          for (;;) {
            const generation = await currentOf();
            const refusal = await refusalOf(store.save(model, generation, [{ previous: undefined, next }]));
            if (!(refusal instanceof GenerationReplaced)) break;
          }
        }
      };
      const traffic = Promise.all([search(), write()]);
      for (let count = 0; count < 3; count += 1) await store.rollBack?.(model);
      isOver = true;
      await traffic;
      expect([...counts]).to.deep.equal([1_500]);
      expect(await store.revisionOf('shelf', 'row-7')).to.equal(revision);
    });
  });

  describe('when the cluster refuses', () => {
    const model: ReadModel = { name: 'shelf', columns: { colour: 'text' }, indexes: [] };
    const red: StoredRow = { id: 'a', revision: 0n, updatedAt: NOON, row: { colour: 'red' } };
    let place: Place;
    let store: ReadModelStore;

    beforeEach(async () => {
      place = await openPlace();
      store = openSearchReadModels(place);
      await store.prepare(model);
    });

    const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
      work.then(
        () => undefined,
        (error: unknown) => error,
      );
    const save = (next: StoredRow): Promise<unknown> => store.save(model, 1, [{ previous: undefined, next }]);
    const setBlock = async (value: true | null): Promise<void> => {
      const body = { index: { blocks: { read_only_allow_delete: value } } };
      await place.client.indices.putSettings({ index: `${place.prefix}-shelf`, body: body as object });
    };

    it('reports an outage while a full disk makes the index read-only, and saves afterwards', async () => {
      await setBlock(true);
      expect(isOutage(await thrownBy(save(red)))).to.equal(true);
      await setBlock(null);
      await save(red);
      expect(await store.load(model, 1, ['a'])).to.deep.equal([red]);
    });

    it('reports an outage while the index is red, and saves afterwards', async () => {
      const heal = await makeRed(place, `${place.prefix}-shelf-1`);
      for (const work of [
        () => store.load(model, 1, ['a']),
        () => save(red),
        () => store.revisionOf('shelf', 'a'),
        () => store.count('shelf'),
      ])
        expect(await thrownBy(work()), String(work)).to.include({ outage: true });
      await heal();
      await save(red);
      expect(await store.revisionOf('shelf', 'a')).to.equal(0n);
    });

    it('reports no outage for a row that does not fit the mapping', async () => {
      const error = await thrownBy(save({ ...red, row: { size: 3 } }));
      expect(error).to.match(/strict_dynamic_mapping_exception/);
      expect(isOutage(error)).to.equal(false);
    });

    it('reports an outage when nothing listens', async () => {
      const client = connectOpenSearch(`http://127.0.0.1:${await getPort()}`);
      const error = await thrownBy(openSearchReadModels({ ...place, client }).prepare(model));
      await client.close();
      expect(isOutage(error)).to.equal(true);
    });

    it('saves again once a builder has died while it published', async () => {
      await place.client.indices.addBlock({ index: `${place.prefix}-shelf-1`, block: 'write' });
      expect(isOutage(await thrownBy(save(red)))).to.equal(true);
      await save(red);
      expect(await store.revisionOf('shelf', 'a')).to.equal(0n);
    });
  });
});
