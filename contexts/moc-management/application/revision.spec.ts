import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { foldedStates } from '@lego-moc/application/folded-states';
import { StreamMoved } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import type { ReviseMoc } from '../domain/moc-commands.ts';
import type { MocEvent, MocId } from '../domain/moc-events.ts';
import { mocDecider } from '../domain/moc.ts';
import type { SetNumberEvent, TitleEvent } from '../domain/reservation-events.ts';
import { ada, noon } from '../testing/crashing-uploads.ts';
import { reviseMoc } from './revision.ts';
import { titleId, titles } from './titles.ts';

const crane = 'crane' as MocId;
const cause = () => ({ commandId: newId(), correlationId: newId(), actor: ada });

describe('reviseMoc with a new title', () => {
  const draftMoc = async () => {
    const now = () => noon;
    const streams = inMemoryStreams<MocEvent>('moc', now);
    const titleStreams = inMemoryStreams<TitleEvent>('mocTitle', now);
    const { handle: mocs, latest } = foldedStates(mocDecider, streams);
    const setNumbers = inMemoryStreams<SetNumberEvent>('mocSetNumber', now);
    const allTitles = titles({ titles: titleStreams, setNumbers }, now);
    const rest = { title: 'Crane', description: '', theme: '', tags: [], files: [], partsLists: [] };
    await mocs(crane, { type: 'DraftMoc', data: { mocId: crane, by: ada, at: noon, ...rest } }, cause());
    const revise = reviseMoc(mocs, latest, allTitles);
    return {
      retitle: (by = ada, expected?: bigint) => {
        const command: ReviseMoc = { type: 'ReviseMoc', data: { mocId: crane, by, title: 'Harbour crane' } };
        return revise(command, cause(), expected);
      },
      remove: () => mocs(crane, { type: 'DeleteMoc', data: { mocId: crane, by: ada, at: noon } }, cause()),
      titleEvents: async (owner = ada) =>
        (await titleStreams.read(titleId(owner, 'Harbour crane'))).events.map(({ type }) => type),
    };
  };

  it('holds the title before it renames the MOC', async () => {
    const { retitle, titleEvents } = await draftMoc();
    expect(await retitle()).to.deep.equal({ revision: 1n });
    expect(await titleEvents()).to.deep.equal(['TitleHeld']);
  });

  it('holds no title for a deleted MOC', async () => {
    const { retitle, remove, titleEvents } = await draftMoc();
    await remove();
    expect(await retitle()).to.include({ rejected: 'moc-deleted' });
    expect(await titleEvents()).to.deep.equal([]);
  });

  it('holds no title for a MOC of another owner', async () => {
    const { retitle, titleEvents } = await draftMoc();
    const bob = 'bob' as UserId;
    expect(await retitle(bob)).to.include({ rejected: 'moc-not-found' });
    expect(await titleEvents(bob)).to.deep.equal([]);
  });

  it('holds no title for a MOC at another revision than expected', async () => {
    const { retitle, titleEvents } = await draftMoc();
    expect(await retitle(ada, 7n).catch((error: unknown) => error)).to.be.instanceOf(StreamMoved);
    expect(await titleEvents()).to.deep.equal([]);
  });
});
