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
import type { ReadModel, ReadModelStore, StoredRow } from '../read-model-store.ts';
import type { Place } from './generations.ts';
import { openSearchReadModels } from './opensearch-read-models.ts';

const NOON = '2026-01-01T12:00:00.000Z' as Instant;

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
