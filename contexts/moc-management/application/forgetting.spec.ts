import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { commandHandler } from '@lego-moc/application/command-handler';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { MocEvent, MocId } from '../domain/moc-events.ts';
import { mocDecider } from '../domain/moc.ts';
import type { OwnerEvent } from '../domain/owner-events.ts';
import { mortality, mortalStreams, type Effect } from '../testing/mortal-uploads.ts';
import { forgetOwner } from './forgetting.ts';
import { ownerId, owners } from './owners.ts';

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const erasedAt = '2026-01-01T11:59:00.000Z' as Instant;
const ada = 'ada' as UserId;
const [crane, ship] = ['crane', 'ship'] as MocId[] as [MocId, MocId];
const cause = { commandId: newId(), correlationId: newId(), actor: 'moc-management-forgetting' };

describe('forgetting who built', () => {
  const built = async () => {
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
    const factsOf = async (owner: UserId) => (await ownerStreams.read(ownerId(owner))).events;
    const begin = (mocId: MocId) => owners(ownerStreams).begin(ada, mocId, { ...cause, commandId: newId() });
    const forgetting = (effect: Effect, mocsOf = () => Promise.resolve([crane, ship])) =>
      forgetOwner(
        owners(mortalStreams(ownerStreams, effect)),
        () => effect(mocsOf),
        commandHandler(mocDecider, mortalStreams(streams, effect)),
        () => noon,
      );
    return { begin, forgetting, typesOf, factsOf };
  };
  const erased: OwnerEvent = { type: 'OwnerErased', data: { erasedAt } };

  it('deletes all that they built, and nothing twice', async () => {
    const { forgetting, typesOf, factsOf } = await built();
    const forget = forgetting(mortality().effect);
    await forget(ada, erasedAt, cause);
    await forget(ada, erasedAt, cause);
    for (const mocId of [crane, ship]) expect(await typesOf(mocId)).to.deep.equal(['MocDrafted', 'MocDeleted']);
    expect(await factsOf(ada)).to.deep.equal([erased]);
  });

  it('writes the erasure down before it looks for what they built', async () => {
    const { forgetting, factsOf } = await built();
    let known: readonly OwnerEvent[] = [];
    const forget = forgetting(mortality().effect, async () => {
      known = await factsOf(ada);
      return [];
    });
    await forget(ada, erasedAt, cause);
    expect(known).to.deep.equal([erased]);
  });

  for (const late of [false, true])
    it(`is finished by the next delivery, killed ${late ? 'after' : 'before'} each step in turn`, async () => {
      const whole = mortality();
      await (await built()).forgetting(whole.effect)(ada, erasedAt, cause);
      expect(whole.effects()).to.equal(4);
      for (let deathAt = 1; deathAt <= whole.effects(); deathAt += 1) {
        const { forgetting, typesOf, factsOf } = await built();
        const killed = await forgetting(mortality(deathAt, late).effect)(ada, erasedAt, cause).catch(() => 'killed');
        expect(killed).to.equal('killed');
        await forgetting(mortality().effect)(ada, erasedAt, cause);
        for (const mocId of [crane, ship]) expect(await typesOf(mocId)).to.deep.equal(['MocDrafted', 'MocDeleted']);
        expect(await factsOf(ada)).to.deep.equal([erased]);
      }
    });

  it('misses none that was put down, though no read model has heard of it', async () => {
    const { begin, forgetting, typesOf } = await built();
    await begin(crane);
    await begin('never drafted' as MocId);
    await forgetting(mortality().effect, () => Promise.resolve([]))(ada, erasedAt, cause);
    expect(await typesOf(crane)).to.deep.equal(['MocDrafted', 'MocDeleted']);
    expect(await typesOf('never drafted' as MocId)).to.deep.equal([]);
  });

  it('leaves alone what is somebody else’s, whoever says it is theirs', async () => {
    const { forgetting, typesOf, factsOf } = await built();
    await forgetting(mortality().effect)('bob' as UserId, erasedAt, cause);
    expect(await typesOf(crane)).to.deep.equal(['MocDrafted']);
    expect(await factsOf(ada)).to.deep.equal([]);
  });
});
