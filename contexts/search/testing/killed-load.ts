import { connectOpenSearch } from '@lego-moc/opensearch/connect';
import { openDatabase } from '@lego-moc/postgres/database';
import type { Instant } from '@lego-moc/kernel/message';
import { openSearchReadModels } from '@lego-moc/read-models/opensearch/opensearch-read-models';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { openSearchProjections } from '../adapters/opensearch/indexes.ts';
import { postgresProjections } from '../adapters/postgres/indexes.ts';
import { loadCatalogue } from '../adapters/read-models/load-catalogue.ts';
import { releaseOf } from './catalogue-release.ts';

/** A process to be killed: reports that it has stored a page of a release, and never gets the next one. */
const { DATABASE_URL: databaseUrl = '', OPENSEARCH_URL: openSearchUrl, OPENSEARCH_PREFIX: prefix = '' } = process.env;

const loading =
  openSearchUrl === undefined
    ? {
        store: postgresReadModels(openDatabase(databaseUrl, { schema: 'search' })),
        model: postgresProjections.catalogue,
      }
    : {
        store: openSearchReadModels({ client: connectOpenSearch(openSearchUrl), prefix }),
        model: openSearchProjections.catalogue,
      };

const source = releaseOf('second', 3_000, async (page) => {
  if (page < 3) return;
  process.send?.('half way');
  await new Promise(() => undefined);
});

await loadCatalogue(
  { ...loading, source, now: () => '2026-01-01T12:00:00.000Z' as Instant },
  new AbortController().signal,
);
