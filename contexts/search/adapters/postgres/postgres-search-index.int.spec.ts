import { searchIndexContract } from '../../application/ports/search-index.contract.ts';
import { openPostgresIndex } from '../../testing/open-index.ts';

describe('searching with PostgreSQL', function () {
  this.timeout(60_000);
  searchIndexContract(openPostgresIndex);
});
