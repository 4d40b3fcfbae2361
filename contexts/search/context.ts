import type { Context } from '@lego-moc/service/run-context';
import { searchContract, searchRoute } from './adapters/http/search.route.ts';
import { mocIndex } from './adapters/postgres/moc-index.ts';
import { postgresSearchIndex } from './adapters/postgres/postgres-search-index.ts';
import { SEARCH } from './contracts/routes.ts';

export const search: Context = {
  service: SEARCH,
  settings: {},
  contracts: [searchContract],
  wire: (it) => {
    it.projectNews(mocIndex);
    return [searchRoute(postgresSearchIndex(it.db))];
  },
};
