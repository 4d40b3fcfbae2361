import type { Database } from '@lego-moc/postgres/database';
import { catalogueChanges } from './catalogue-changes.ts';
import { catalogueQueries } from './catalogue-queries.ts';
import { elementQueries } from './element-queries.ts';
import { searchPartsIn } from './part-search.ts';

/** All that the routes of the catalogue read. */
export const catalogueReads = (db: Database) => ({
  ...catalogueQueries(db),
  ...elementQueries(db),
  ...catalogueChanges(db),
  searchParts: searchPartsIn(db),
});
