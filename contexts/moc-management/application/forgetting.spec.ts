import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { commandHandler } from '@lego-moc/kernel/command-handler';
import { newId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { MocEvent, MocId } from '../domain/moc-events.ts';
import { mocDecider } from '../domain/moc.ts';
import { forgetOwner } from './forgetting.ts';

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const ada = 'ada' as UserId;
const [crane, ship] = ['crane', 'ship'] as MocId[] as [MocId, MocId];
const cause = { commandId: newId(), correlationId: newId(), actor: 'moc-management-forgetting' };

describe('forgetting who built', () => {
  const built = async () => {
    const streams = inMemoryStreams<MocEvent>('moc', () => noon);
    const mocs = commandHandler(mocDecider, streams);
    for (const mocId of [crane, ship])
      await mocs(
        mocId,
        {
          type: 'DraftMoc',
          data: {
            ...{ mocId, by: ada, at: noon, title: mocId, description: '', theme: '' },
            ...{ tags: [], files: [], partsLists: [] },
          },
        },
        { ...cause, commandId: newId() },
      );
    const typesOf = async (mocId: MocId) => (await streams.read(mocId)).events.map(({ type }) => type);
    return { mocs, typesOf };
  };

  it('deletes all that they built, and nothing twice', async () => {
    const { mocs, typesOf } = await built();
    const forget = forgetOwner(
      () => Promise.resolve([crane, ship]),
      mocs,
      () => noon,
    );
    await forget(ada, cause);
    await forget(ada, cause);
    for (const mocId of [crane, ship]) expect(await typesOf(mocId)).to.deep.equal(['MocDrafted', 'MocDeleted']);
  });

  it('leaves alone what is somebody else’s, whoever says it is theirs', async () => {
    const { mocs, typesOf } = await built();
    await forgetOwner(
      () => Promise.resolve([crane]),
      mocs,
      () => noon,
    )('bob' as UserId, cause);
    expect(await typesOf(crane)).to.deep.equal(['MocDrafted']);
  });
});
