import { newId } from '@lego-moc/application/new-id';
import { connectOpenSearch } from '@lego-moc/opensearch/connect';
import { openSearchReadModels } from '@lego-moc/read-models/opensearch/opensearch-read-models';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { hasOpenSearch, openSearchForTests, OPENSEARCH_ADVICE } from '@lego-moc/testing/opensearch-for-tests';
import { skipWithout } from '@lego-moc/testing/real-component';
import { searchIndexContract, type IndexForTests } from '../../application/ports/search-index.contract.ts';
import { indexForTests } from '../../testing/index-for-tests.ts';
import { openSearchMocs, openSearchWishes } from './indexes.ts';
import { openSearchSearchIndex } from './opensearch-search-index.ts';

const ON_A_BUSY_MACHINE_MS = 10_000;

const openIndex = async (): Promise<IndexForTests> => {
  const client = connectOpenSearch(await openSearchForTests());
  closeAfterAllTests(() => client.close());
  const place = { client, prefix: `test-${newId()}` };
  return indexForTests(
    openSearchSearchIndex(place, { timeoutMs: ON_A_BUSY_MACHINE_MS }),
    openSearchReadModels(place),
    { mocs: openSearchMocs, wishes: openSearchWishes },
    () => client.indices.refresh({ index: `${place.prefix}-*` }),
  );
};

describe('searching with OpenSearch', function () {
  this.timeout(150_000);

  before(async function () {
    if (!hasOpenSearch()) skipWithout(this, 'OpenSearch', OPENSEARCH_ADVICE);
    await openSearchForTests();
  });

  searchIndexContract(openIndex);
});
