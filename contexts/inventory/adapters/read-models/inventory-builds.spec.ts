import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { latestRow } from '@lego-moc/read-models/latest-row';
import type { BuildEvent, BuildId } from '../../domain/builds/build-events.ts';
import { inventoryBuilds } from './inventory-builds.ts';

const at = (day: number) => `2026-01-0${String(day)}T12:00:00.000Z` as Instant;
const buildId = newId() as BuildId;
const ada = 'ada' as UserId;
const subject = { buildId, owner: ada };
const BEGINNING: BuildEvent = { type: 'BuildBegun', data: { ...subject, title: 'Castle', source: null, at: at(1) } };
const OPERATIONS: BuildEvent = {
  type: 'OperationsRecorded',
  data: { ...subject, by: ada, operations: [], at: at(2) },
};
const STOCK_EVENT: BuildEvent = {
  type: 'StockFollowed',
  data: { ...subject, movements: [{ operationId: '1', isMovedBack: false }], at: at(3) },
};

describe('the list of builds', () => {
  const rowAfter = async (...events: BuildEvent[]) => {
    const streams = inMemoryStreams<BuildEvent>('build', () => at(1));
    await streams.append(buildId, events, 'any', { commandId: newId(), correlationId: newId(), actor: ada });
    return latestRow(inventoryBuilds, streams)(buildId);
  };

  it('has a row for each build, which changes with its operations', async () => {
    expect(await rowAfter(BEGINNING, OPERATIONS, STOCK_EVENT)).to.deep.include({
      ...{ owner: ada, title: 'Castle', source: null, begun_at: at(1), changed_at: at(2) },
    });
  });

  it('has no row once the owner is erased', async () => {
    expect(await rowAfter(BEGINNING, { type: 'BuildErased', data: { at: at(2) } })).to.equal(undefined);
  });
});
