import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { commandHandler } from '@lego-moc/application/command-handler';
import { currentState } from '@lego-moc/application/current-state';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { AttachedFile, FileId, ListedParts, MocEvent, MocId } from '../domain/moc-events.ts';
import { mocDecider } from '../domain/moc.ts';
import type { OwnerEvent } from '../domain/owner-events.ts';
import { owners as ownersOn } from './owners.ts';
import { dropWithdrawnFile } from './withdrawn-files.ts';

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const ada = 'ada' as UserId;
const [crane, ship] = ['crane', 'ship'] as MocId[] as [MocId, MocId];
const [book, list] = ['book', 'list'] as FileId[] as [FileId, FileId];
const cause = () => ({ commandId: newId(), correlationId: newId(), actor: 'virus-scan' });

const attachedFile = (fileId: FileId, kind: AttachedFile['kind']): AttachedFile => ({
  ...{ fileId, kind, name: fileId, mediaType: 'application/pdf', sizeBytes: 1, sha256: 'a' },
});
const partsList = { partsListId: 'p-1', title: 'Parts', fileId: list, jobId: 'j-1' } as ListedParts;

describe('dropping a withdrawn file', () => {
  const setUp = async () => {
    const streams = inMemoryStreams<MocEvent>('moc', () => noon);
    const owners = ownersOn(inMemoryStreams<OwnerEvent>('mocOwner', () => noon));
    const mocs = commandHandler(mocDecider, streams);
    for (const mocId of [crane, ship]) {
      await owners.begin(ada, mocId, cause());
      const files = mocId === crane ? [attachedFile(book, 'instruction'), attachedFile(list, 'parts-list')] : [];
      const data = {
        ...{ mocId, by: ada, at: noon, title: mocId, description: '', theme: '', tags: [], files },
        partsLists: mocId === crane ? [partsList] : [],
      };
      await mocs(mocId, { type: 'DraftMoc', data }, cause());
    }
    const drop = dropWithdrawnFile({ owners, load: currentState(mocDecider, streams), mocs });
    const typesOf = async (mocId: MocId) => (await streams.read(mocId)).events.map(({ type }) => type);
    return { drop, before: { crane: await typesOf(crane), ship: await typesOf(ship) }, typesOf };
  };

  it('detaches it from the MOC that has it, once, and leaves other MOCs as they are', async () => {
    const { drop, before, typesOf } = await setUp();
    const once = cause();
    await drop(ada, book, once);
    await drop(ada, book, once);
    expect(await typesOf(crane)).to.deep.equal([...before.crane, 'FileDetached']);
    expect(await typesOf(ship)).to.deep.equal(before.ship);
  });

  it('takes its parts list along', async () => {
    const { drop, before, typesOf } = await setUp();
    await drop(ada, list, cause());
    expect((await typesOf(crane)).slice(before.crane.length)).to.have.members(['PartsUnlisted', 'FileDetached']);
  });

  it('changes nothing for a file that no MOC has', async () => {
    const { drop, before, typesOf } = await setUp();
    await drop(ada, 'other' as FileId, cause());
    expect(await typesOf(crane)).to.deep.equal(before.crane);
  });
});
