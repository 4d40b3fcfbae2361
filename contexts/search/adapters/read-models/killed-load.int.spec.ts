import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import type { Instant } from '@lego-moc/kernel/message';
import { connectOpenSearch } from '@lego-moc/opensearch/connect';
import { openDatabase } from '@lego-moc/postgres/database';
import { openSearchReadModels } from '@lego-moc/read-models/opensearch/opensearch-read-models';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { RebuildRunning } from '@lego-moc/read-models/read-model-store';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { hasOpenSearch, openSearchForTests, OPENSEARCH_ADVICE } from '@lego-moc/testing/opensearch-for-tests';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { skipWithout } from '@lego-moc/testing/real-component';
import { openSearchProjections } from '../opensearch/indexes.ts';
import { postgresProjections } from '../postgres/indexes.ts';
import { releaseOf } from '../../testing/catalogue-release.ts';
import { loadCatalogue, type CatalogueLoading } from './load-catalogue.ts';

/** A dead process is believed to build for so long, and a busy machine needs time, too. */
const FREE_WITHIN_MS = 60_000;

/** What a killed process leaves behind, and a way to see all generations that are stored. */
type Place = Pick<CatalogueLoading, 'store' | 'model'> & {
  readonly environment: NodeJS.ProcessEnv;
  readonly generations: () => Promise<number>;
};

const killHalfWay = async (environment: NodeJS.ProcessEnv): Promise<void> => {
  const child = fork(join(import.meta.dirname, '../../testing/killed-load.ts'), [], {
    env: { ...process.env, ...environment },
  });
  await once(child, 'message');
  child.kill('SIGKILL');
  await once(child, 'exit');
};

const isLoaded = (loading: CatalogueLoading): Promise<boolean> =>
  loadCatalogue(loading, new AbortController().signal).then(
    () => true,
    (error: unknown) => {
      if (error instanceof RebuildRunning) return false;
      throw error;
    },
  );

const holdsWhenKilled = (open: () => Promise<Place>): void => {
  it('shows the former release when its process is killed half way, and the next run loads the whole', async () => {
    const { store, model, environment, generations } = await open();
    const now = (): Instant => '2026-01-01T12:00:00.000Z' as Instant;
    await isLoaded({ store, model, now, source: releaseOf('first', 1_500) });
    const former = await store.current(model.name);
    await killHalfWay(environment);
    expect(await store.current(model.name)).to.deep.equal(former);
    expect(await store.count(model.name)).to.equal(1_500);
    const source = releaseOf('second', 3_000);
    await pollUntil('it is loaded', () => isLoaded({ store, model, now, source }), Boolean, FREE_WITHIN_MS);
    expect(await store.count(model.name)).to.equal(3_000);
    expect(await store.revisionOf(model.name, 'part:first0')).to.equal(undefined);
    expect(await generations()).to.be.at.most(2);
  });
};

describe('killing the load of the catalogue into PostgreSQL', function () {
  this.timeout(120_000);
  holdsWhenKilled(async () => {
    const databaseUrl = await (await postgresForTests()).databaseUrl('search');
    const db = openDatabase(databaseUrl, { schema: 'search' });
    closeAfterAllTests(() => db.close());
    return {
      ...{ store: postgresReadModels(db), model: postgresProjections.catalogue },
      environment: { DATABASE_URL: databaseUrl, OPENSEARCH_URL: undefined },
      generations: async () =>
        (await db.any(`SELECT tablename FROM pg_tables WHERE tablename LIKE 'catalogue_index_%'`)).length,
    };
  });
});

describe('killing the load of the catalogue into OpenSearch', function () {
  this.timeout(240_000);

  before(async function () {
    if (!hasOpenSearch()) skipWithout(this, 'OpenSearch', OPENSEARCH_ADVICE);
    await openSearchForTests();
  });

  holdsWhenKilled(async () => {
    const url = await openSearchForTests();
    const client = connectOpenSearch(url);
    closeAfterAllTests(() => client.close());
    const prefix = `test-${newId()}`;
    return {
      ...{ store: openSearchReadModels({ client, prefix }), model: openSearchProjections.catalogue },
      environment: { OPENSEARCH_URL: url, OPENSEARCH_PREFIX: prefix },
      generations: async () => {
        const { body } = await client.indices.get({ index: `${prefix}-catalogue-index-opensearch-*` });
        return Object.keys(body).length;
      },
    };
  });
});
