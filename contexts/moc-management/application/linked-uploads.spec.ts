import { expect } from 'chai';
import type { UserId } from '@lego-moc/kernel/message';
import { mocDecider, type LivingMoc } from '../domain/moc.ts';
import type { MocId } from '../domain/moc-events.ts';
import { titleDecider } from '../domain/title.ts';
import {
  ada,
  crashAfter,
  noon,
  parts,
  persistentState,
  restart,
  service,
  upload,
  uploadId,
  type PersistentState,
} from '../testing/crashing-uploads.ts';
import { titleId } from './titles.ts';
import type { Upload } from './upload-reception.ts';

const LINKS = [
  { kind: 'image', itemId: 'i1' },
  { kind: 'image', itemId: 'i2' },
  { kind: 'album', itemId: 'a1' },
] as const;

const linkedUpload = (owner: UserId = ada): Upload =>
  upload({
    ...{ owner, parts: parts() },
    intentOf: () => ({
      ...{ kind: 'create', title: 'Crane', description: '', theme: '', tags: [], galleryItems: LINKS },
    }),
  });

const mocOf = async (storage: PersistentState): Promise<LivingMoc | undefined> => {
  const { state } = await restart(storage).runner.load(uploadId);
  if (state.step !== 'complete') return undefined;
  const { events } = await storage.mocs.read(state.mocId);
  return events.reduce(mocDecider.evolve, mocDecider.initial) as LivingMoc;
};

/** Asserts that the MOC has its files and all its links, or that there is nothing of it; returns which. */
const assertAllOrNothing = async (storage: PersistentState): Promise<'stands' | 'nothing'> => {
  const moc = await mocOf(storage);
  const { events } = await storage.titles.read(titleId(ada, 'Crane'));
  expect(events.reduce(titleDecider.evolve, titleDecider.initial).status).to.equal(moc ? 'secured' : 'free');
  expect(storage.files.bytes.size).to.equal(moc?.files.length ?? 0);
  if (moc === undefined) return 'nothing';
  expect(moc.galleryLinks.map(({ kind, itemId }) => ({ kind, itemId }))).to.deep.equal(LINKS);
  return 'stands';
};

describe('an upload of a MOC with links to the gallery', () => {
  it('drafts the MOC with all of them, once for the same request', async () => {
    const storage = persistentState();
    const { receive } = service(storage, crashAfter().effect, noon);
    const first = await receive(linkedUpload());
    expect(await receive(linkedUpload())).to.deep.equal(first);
    expect((await mocOf(storage))?.galleryLinks.map(({ verified }) => verified)).to.deep.equal([true, true, true]);
    expect(await assertAllOrNothing(storage)).to.equal('stands');
  });

  it('leaves nothing when the gallery does not have one of them', async () => {
    const storage = persistentState();
    const lacking = { ...storage, existing: () => new Set(['i1', 'a1']) };
    const outcome = await service(lacking, crashAfter().effect, noon).receive(linkedUpload());
    expect(outcome).to.include({ step: 'undone', code: 'gallery-item-not-found' });
    expect(await assertAllOrNothing(storage)).to.equal('nothing');
  });

  it('drafts the MOC with unverified links while the gallery is away', async () => {
    const storage = persistentState();
    const away = { ...storage, existing: () => undefined };
    await service(away, crashAfter().effect, noon).receive(linkedUpload());
    expect((await mocOf(storage))?.galleryLinks.map(({ verified }) => verified)).to.deep.equal([false, false, false]);
  });

  it('names the MOC to every item before it is drafted, so that no deletion misses it', async () => {
    const storage = persistentState();
    await service(storage, crashAfter().effect, noon).receive(linkedUpload());
    const { state } = await restart(storage).runner.load(uploadId);
    const { linking } = restart(storage);
    const cause = { ...linkedUpload().cause, commandId: 'deletion' };
    await linking.removeDangling(LINKS[0], noon, cause);
    const { events } = await storage.mocs.read((state as { mocId: MocId }).mocId);
    const moc = events.reduce(mocDecider.evolve, mocDecider.initial) as LivingMoc;
    expect(moc.galleryLinks.map(({ itemId }) => itemId)).to.deep.equal(['i2', 'a1']);
  });

  for (const late of [false, true])
    it(`leaves all or nothing when it crashes ${late ? 'after' : 'before'} any one effect`, async () => {
      const outcomes = new Set<string>();
      for (let deathAt = 1, isOver = false; !isOver; deathAt += 1) {
        const storage = persistentState();
        const { effect, effects } = crashAfter(deathAt, late);
        await service(storage, effect, noon)
          .receive(linkedUpload())
          .catch(() => undefined);
        isOver = effects() < deathAt;
        await restart(storage).runner.checkTimeout(uploadId);
        outcomes.add(await assertAllOrNothing(storage));
      }
      expect(outcomes).to.deep.equal(new Set(['nothing', 'stands']));
    });
});
