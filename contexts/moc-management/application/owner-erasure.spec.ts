import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { commandHandler } from '@lego-moc/application/command-handler';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { MocEvent, MocId } from '../domain/moc-events.ts';
import { mocDecider } from '../domain/moc.ts';
import type { OwnerEvent } from '../domain/owner-events.ts';
import { crashAfter, crashingStreams, type Effect } from '../testing/crashing-uploads.ts';
import { eraseOwner } from './owner-erasure.ts';
import { ownerId, owners } from './owners.ts';

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const erasedAt = '2026-01-01T11:59:00.000Z' as Instant;
const ada = 'ada' as UserId;
const [crane, ship] = ['crane', 'ship'] as MocId[] as [MocId, MocId];
const cause = { commandId: newId(), correlationId: newId(), actor: 'moc-management-forgetting' };

describe('eraseOwner', () => {
  const setUp = async () => {
    const streams = inMemoryStreams<MocEvent>('moc', () => noon);
    const ownerStreams = inMemoryStreams<OwnerEvent>('mocOwner', () => noon);
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
    const ownerEventsOf = async (owner: UserId) => (await ownerStreams.read(ownerId(owner))).events;
    const begin = (mocId: MocId) => owners(ownerStreams).begin(ada, mocId, { ...cause, commandId: newId() });
    const eraserWith = (effect: Effect, mocsOf = () => Promise.resolve([crane, ship])) =>
      eraseOwner(
        owners(crashingStreams(ownerStreams, effect)),
        () => effect(mocsOf),
        commandHandler(mocDecider, crashingStreams(streams, effect)),
        () => noon,
      );
    return { begin, eraserWith, typesOf, ownerEventsOf };
  };
  const ownerErased: OwnerEvent = { type: 'OwnerErased', data: { erasedAt } };

  it('deletes every MOC of the owner once', async () => {
    const { eraserWith, typesOf, ownerEventsOf } = await setUp();
    const erase = eraserWith(crashAfter().effect);
    await erase(ada, erasedAt, cause);
    await erase(ada, erasedAt, cause);
    for (const mocId of [crane, ship]) expect(await typesOf(mocId)).to.deep.equal(['MocDrafted', 'MocDeleted']);
    expect(await ownerEventsOf(ada)).to.deep.equal([ownerErased]);
  });

  it('records the erasure before it looks for MOCs', async () => {
    const { eraserWith, ownerEventsOf } = await setUp();
    let knownEvents: readonly OwnerEvent[] = [];
    const erase = eraserWith(crashAfter().effect, async () => {
      knownEvents = await ownerEventsOf(ada);
      return [];
    });
    await erase(ada, erasedAt, cause);
    expect(knownEvents).to.deep.equal([ownerErased]);
  });

  for (const late of [false, true])
    it(`is completed by the next delivery after a crash ${late ? 'after' : 'before'} any one step`, async () => {
      const whole = crashAfter();
      await (await setUp()).eraserWith(whole.effect)(ada, erasedAt, cause);
      expect(whole.effects()).to.equal(4);
      for (let deathAt = 1; deathAt <= whole.effects(); deathAt += 1) {
        const { eraserWith, typesOf, ownerEventsOf } = await setUp();
        const outcome = await eraserWith(crashAfter(deathAt, late).effect)(ada, erasedAt, cause).catch(() => 'killed');
        expect(outcome).to.equal('killed');
        await eraserWith(crashAfter().effect)(ada, erasedAt, cause);
        for (const mocId of [crane, ship]) expect(await typesOf(mocId)).to.deep.equal(['MocDrafted', 'MocDeleted']);
        expect(await ownerEventsOf(ada)).to.deep.equal([ownerErased]);
      }
    });

  it('deletes a MOC that only the stream of its owner names', async () => {
    const { begin, eraserWith, typesOf } = await setUp();
    await begin(crane);
    await begin('never drafted' as MocId);
    await eraserWith(crashAfter().effect, () => Promise.resolve([]))(ada, erasedAt, cause);
    expect(await typesOf(crane)).to.deep.equal(['MocDrafted', 'MocDeleted']);
    expect(await typesOf('never drafted' as MocId)).to.deep.equal([]);
  });

  it('leaves MOCs of other owners alone', async () => {
    const { eraserWith, typesOf, ownerEventsOf } = await setUp();
    await eraserWith(crashAfter().effect)('bob' as UserId, erasedAt, cause);
    expect(await typesOf(crane)).to.deep.equal(['MocDrafted']);
    expect(await ownerEventsOf(ada)).to.deep.equal([]);
  });
});
