import { expect } from 'chai';
import { reject } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { Licence } from '../domain/licence.ts';
import { mocDecider, type LivingMoc } from '../domain/moc.ts';
import type { MocEvent, MocId, PartsListId } from '../domain/moc-events.ts';
import { titleDecider } from '../domain/title.ts';
import {
  crashAfter,
  noon,
  persistentState,
  restart,
  service,
  upload,
  type PersistentState,
} from '../testing/crashing-uploads.ts';
import { titleId } from './titles.ts';
import type { Upload } from './upload-reception.ts';

const bob = 'bob' as UserId;
const forkId = 'upload-2';

const mocOf = async ({ mocs }: PersistentState, mocId: MocId) =>
  (await mocs.read(mocId)).events.reduce(mocDecider.evolve, mocDecider.initial);

/** A MOC of ada's with instructions and a parts list, published under the licence. */
const withParent = async (licence: Licence = 'cc-by-4.0') => {
  const storage = persistentState();
  const outcome = await service(storage, crashAfter().effect, noon).receive(upload());
  const { mocId } = outcome as { mocId: MocId };
  const parent = (await mocOf(storage, mocId)) as LivingMoc;
  const partsListId = parent.partsLists[0]?.partsListId as PartsListId;
  const count = { lots: 1, pieces: 4, unknownParts: 0, unknownColours: 0 };
  const events: readonly MocEvent[] = [
    { type: 'MocDescribed', data: { mocId, description: '', theme: '', tags: [], licence } },
    { type: 'PartsListRetitled', data: { mocId, partsListId, title: 'Wheels' } },
    { type: 'PartsListDescribed', data: { mocId, partsListId, description: 'Six per side' } },
    { type: 'PartsCounted', data: { mocId, partsListId, count } },
    { type: 'VersionPublished', data: { mocId, version: 1, publishedAt: noon } },
  ];
  await storage.mocs.append(mocId, events, 'any', { ...upload().cause, commandId: 'publish' });
  return { storage, mocId, parentFiles: new Set(parent.files.map(({ fileId }) => fileId)) };
};

const nothingSent: Upload['parts'] = (async function* () {})();
const fork = (parentId: MocId, version = 1): Upload =>
  upload({
    ...{ uploadId: forkId, owner: bob, roles: ['builder'], parts: nothingSent },
    intentOf: () => ({
      ...{ kind: 'create', title: 'Fork', description: '', theme: '', tags: [], copyFiles: true },
      parent: { mocId: parentId, version, relation: 'fork' },
    }),
  });

const forkOf = async (storage: PersistentState) => {
  const { state } = await restart(storage).runner.load(forkId);
  return 'mocId' in state ? mocOf(storage, state.mocId) : undefined;
};

/** Asserts that the fork has all files of its parent or left nothing behind; returns which. */
const assertAllOrNothing = async (storage: PersistentState, parentFiles: ReadonlySet<string>) => {
  const moc = await forkOf(storage);
  const title = (await storage.titles.read(titleId(bob, 'Fork'))).events.reduce(
    titleDecider.evolve,
    titleDecider.initial,
  );
  const ownFiles = moc !== undefined && 'files' in moc ? moc.files.map(({ fileId }) => fileId) : [];
  expect(new Set(storage.files.bytes.keys())).to.deep.equal(new Set([...parentFiles, ...ownFiles]));
  expect(title.status).to.equal(ownFiles.length === 0 ? 'free' : 'secured');
  expect(ownFiles.length).to.be.oneOf([0, parentFiles.size]);
  return ownFiles.length === 0 ? 'nothing' : 'stands';
};

describe('a fork with copies of its parent’s files', () => {
  it('has files of its own with the same content, and the lists with their texts, read anew as before', async () => {
    const { storage, mocId, parentFiles } = await withParent();
    const { receive } = service(storage, crashAfter().effect, noon);
    const first = await receive(fork(mocId));
    expect(first).to.include({ step: 'complete' });
    const moc = (await forkOf(storage)) as LivingMoc;
    const parent = (await mocOf(storage, mocId)) as LivingMoc;
    const contents = ({ files }: LivingMoc) => files.map(({ kind, name, sha256 }) => [kind, name, sha256]);
    expect(contents(moc)).to.deep.equal(contents(parent));
    expect(moc.files.filter(({ fileId }) => parentFiles.has(fileId))).to.deep.equal([]);
    expect(moc.partsLists.map(({ title, description, status }) => [title, description, status])).to.deep.equal([
      ['Wheels', 'Six per side', 'processing'],
    ]);
    expect(storage.requested.get(moc.partsLists[0]?.jobId ?? '')).to.equal(parent.partsLists[0]?.jobId);
    expect(moc.owner).to.equal(bob);
    expect(storage.requested.size).to.equal(2);
    expect(await receive(fork(mocId))).to.deep.equal(first);
    await assertAllOrNothing(storage, parentFiles);
  });

  it('keeps them when the parent loses its own', async () => {
    const { storage, mocId, parentFiles } = await withParent();
    await service(storage, crashAfter().effect, noon).receive(fork(mocId));
    for (const fileId of parentFiles) await storage.files.discard(fileId, upload().cause);
    const { files } = (await forkOf(storage)) as LivingMoc;
    expect(files.every(({ fileId }) => storage.files.bytes.has(fileId))).to.equal(true);
  });

  it('is refused, and leaves nothing, without permission, without the version and without room', async () => {
    const all = await withParent('all-rights-reserved');
    const { receive } = service(all.storage, crashAfter().effect, noon);
    expect(await receive(fork(all.mocId))).to.include({ step: 'undone', code: 'licence-forbids-derivatives' });
    await assertAllOrNothing(all.storage, all.parentFiles);

    const { storage, mocId, parentFiles } = await withParent();
    expect(await service(storage, crashAfter().effect, noon).receive(fork(mocId, 2))).to.include({
      code: 'parent-not-found',
    });
    const details = { used: 9, limit: 10, wouldFit: 1 };
    const full = { ...storage.files, copy: () => Promise.resolve(reject('quota-exceeded', 'Full.', details)) };
    const outcome = await service({ ...storage, files: full }, crashAfter().effect, noon).receive(fork(mocId));
    expect(outcome).to.deep.include({ step: 'undone', code: 'quota-exceeded', details });
    await assertAllOrNothing(storage, parentFiles);
  });

  for (const late of [false, true])
    it(`has all of them or is not there when the service crashes ${late ? 'after' : 'before'} any one effect`, async () => {
      const outcomes = new Set<string>();
      for (let deathAt = 1, isOver = false; !isOver; deathAt += 1) {
        const { storage, mocId, parentFiles } = await withParent();
        const { effect, effects } = crashAfter(deathAt, late);
        await service(storage, effect, noon)
          .receive(fork(mocId))
          .catch(() => undefined);
        isOver = effects() < deathAt;
        await restart(storage).runner.checkTimeout(forkId);
        outcomes.add(await assertAllOrNothing(storage, parentFiles));
      }
      expect(outcomes).to.deep.equal(new Set(['nothing', 'stands']));
    });
});
