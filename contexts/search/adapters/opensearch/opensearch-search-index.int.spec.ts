import { hasOpenSearch, openSearchForTests, OPENSEARCH_ADVICE } from '@lego-moc/testing/opensearch-for-tests';
import { skipWithout } from '@lego-moc/testing/real-component';
import { searchIndexContract } from '../../application/ports/search-index.contract.ts';
import { openOpenSearchIndex } from '../../testing/open-index.ts';

describe('searching with OpenSearch', function () {
  this.timeout(150_000);

  before(async function () {
    if (!hasOpenSearch()) skipWithout(this, 'OpenSearch', OPENSEARCH_ADVICE);
    await openSearchForTests();
  });

  searchIndexContract(openOpenSearchIndex);
});
