import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { commandHandler } from '@lego-moc/application/command-handler';
import { currentState } from '@lego-moc/application/current-state';
import type { Cause } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { AttachedFile, FileId, ListedParts, MocEvent, MocId } from '../domain/moc-events.ts';
import { mocDecider, type LivingMoc } from '../domain/moc.ts';
import type { OwnerEvent } from '../domain/owner-events.ts';
import { owners as ownersOn } from './owners.ts';
import { evolveRow, type MocRow } from './moc-row.ts';
import { mocReplyOf, publicReplyOf } from '../adapters/read-models/moc-reply.ts';
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
    const dropFile = dropWithdrawnFile({ owners, mocs });
    const drop = (owner: UserId, fileId: FileId, dropCause: Cause) =>
      dropFile(owner, { fileId, infectedWith: 'Eicar', at: noon }, dropCause);
    const load = currentState(mocDecider, streams);
    const typesOf = async (mocId: MocId) => (await streams.read(mocId)).events.map(({ type }) => type);
    return { drop, mocs, load, streams, before: { crane: await typesOf(crane), ship: await typesOf(ship) }, typesOf };
  };

  it('withdraws it from the MOC that has it, once, and leaves other MOCs as they are', async () => {
    const { drop, before, typesOf } = await setUp();
    const once = cause();
    await drop(ada, book, once);
    await drop(ada, book, once);
    expect(await typesOf(crane)).to.deep.equal([...before.crane, 'FileWithdrawn']);
    expect(await typesOf(ship)).to.deep.equal(before.ship);
  });

  it('takes its parts list along', async () => {
    const { drop, before, typesOf } = await setUp();
    await drop(ada, list, cause());
    expect((await typesOf(crane)).slice(before.crane.length)).to.have.members(['PartsUnlisted', 'FileWithdrawn']);
  });

  it('takes it from published versions, so that no revert brings it back, and shows its owner the reason', async () => {
    const { drop, mocs, load, streams } = await setUp();
    const count = { lots: 1, pieces: 7, unknownParts: 0, unknownColours: 0 };
    const { partsListId, jobId } = partsList;
    await mocs(crane, { type: 'CountParts', data: { mocId: crane, partsListId, jobId, count } }, cause());
    await mocs(crane, { type: 'PublishMoc', data: { mocId: crane, by: ada, at: noon } }, cause());
    await mocs(crane, { type: 'UnlistParts', data: { mocId: crane, by: ada, partsListId } }, cause());
    await drop(ada, list, cause());
    await drop(ada, list, cause());
    expect(
      await mocs(crane, { type: 'RevertMoc', data: { mocId: crane, by: ada, version: 1 } }, cause()),
    ).to.not.have.property('rejected');
    const moc = (await load(crane)) as LivingMoc;
    const withdrawnFile = { fileId: list, kind: 'parts-list', name: list, infectedWith: 'Eicar', withdrawnAt: noon };
    expect([moc.files.map(({ fileId }) => fileId), moc.partsLists]).to.deep.equal([[book], []]);
    expect(moc.withdrawnFiles).to.deep.equal([withdrawnFile]);

    const row = (await streams.read(crane)).events.reduce<MocRow | undefined>(evolveRow, undefined)!;
    expect([row.withdrawn_files, row.frozen_files]).to.deep.equal([[withdrawnFile], [book]]);
    expect([row.published?.total_pieces, row.published?.files.length]).to.deep.equal([0, 1]);
    expect(mocReplyOf(crane, 1n, row).withdrawnFiles[0]?.because).to.include('Eicar');
    expect(publicReplyOf(crane, 1n, row)?.withdrawnFiles).to.deep.equal([]);
  });

  it('changes nothing for a file that no MOC has', async () => {
    const { drop, before, typesOf } = await setUp();
    await drop(ada, 'other' as FileId, cause());
    expect(await typesOf(crane)).to.deep.equal(before.crane);
  });
});
