import { newId } from '@lego-moc/application/new-id';
import type { Instant } from '@lego-moc/kernel/message';
import type { MocPayload } from '@lego-moc/moc-management/contracts/integration-events';
import { openDatabase } from '@lego-moc/postgres/database';
import { applyEvent, integrationDefinition } from '@lego-moc/read-models/definition';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { searchIndexContract, type IndexForTests } from '../../application/ports/search-index.contract.ts';
import { mocIndex } from './moc-index.ts';
import { postgresSearchIndex } from './postgres-search-index.ts';

const openIndex = async (): Promise<IndexForTests> => {
  const postgres = await postgresForTests();
  const db = openDatabase(await postgres.databaseUrl('search'), { schema: 'search' });
  closeAfterAllTests(() => db.close());
  const definition = integrationDefinition(mocIndex);
  const store = postgresReadModels(db);
  const { generation } = await store.prepare(definition);

  const learn = async (payload: MocPayload, revision = 0n): Promise<void> => {
    const delivered = {
      stream: mocIndex.name,
      revision,
      position: revision,
      eventId: newId(),
      type: 'moc.updated',
      recordedAt: '2026-01-01T12:00:00.000Z' as Instant,
      cause: { commandId: newId(), correlationId: newId(), actor: 'a test' },
      retryCount: 0,
      data: {
        eventType: 'moc.updated',
        eventId: newId(),
        timestamp: '2026-01-01T12:00:00.000Z',
        correlationId: newId(),
        source: 'moc-management',
        subject: payload.mocId,
        revision: String(revision),
        payload,
      },
    };
    const [previous] = await store.load(definition, generation, [payload.mocId]);
    const next = applyEvent(definition, previous, { id: payload.mocId, revision }, delivered);
    if (next !== undefined && next !== previous) await store.save(definition, generation, [{ previous, next }]);
  };
  return { index: postgresSearchIndex(db), learn };
};

describe('searching with PostgreSQL', function () {
  this.timeout(60_000);
  searchIndexContract(openIndex);
});
