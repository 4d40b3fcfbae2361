import { newId } from '@lego-moc/application/new-id';
import type { Instant } from '@lego-moc/kernel/message';
import type { MocPayload } from '@lego-moc/moc-management/contracts/integration-events';
import { openDatabase } from '@lego-moc/postgres/database';
import { integrationDefinition } from '@lego-moc/read-models/definition';
import { advanced } from '@lego-moc/read-models/follow';
import { prepareProjection } from '@lego-moc/read-models/generations';
import { keptRows, writeRows } from '@lego-moc/read-models/rows';
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
  const { generation } = await prepareProjection(db, definition);

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
    const [was] = await keptRows(db, definition, generation, [payload.mocId]);
    const kept = advanced(definition, was, { id: payload.mocId, revision }, delivered);
    if (kept !== undefined && kept !== was) await writeRows(db, definition, generation, [{ was, kept }]);
  };
  return { index: postgresSearchIndex(db), learn };
};

describe('searching with PostgreSQL', function () {
  this.timeout(60_000);
  searchIndexContract(openIndex);
});
