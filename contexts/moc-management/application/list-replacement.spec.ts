import { expect } from 'chai';
import { after } from '@lego-moc/kernel/instant';
import { isRejection } from '@lego-moc/kernel/decider';
import type { MocId } from '../domain/moc-events.ts';
import { mocDecider, type LivingMoc } from '../domain/moc.ts';
import {
  crashAfter,
  noon,
  persistentState,
  replacement,
  replacementId,
  restart,
  service,
  upload,
  uploadId,
  type Effect,
  type PersistentState,
} from '../testing/crashing-uploads.ts';
import { RECEIVING_SILENCE_MAX_MS } from './processes/moc-upload.ts';
import type { UploadPart } from './upload-reception.ts';

const foldedMoc = async (storage: PersistentState): Promise<LivingMoc & { readonly mocId: MocId }> => {
  const { state } = await restart(storage).runner.load(uploadId);
  if (!('mocId' in state)) throw new Error('No MOC was uploaded');
  const moc = (await storage.mocs.read(state.mocId)).events.reduce(mocDecider.evolve, mocDecider.initial);
  if (moc.status === 'absent' || moc.status === 'deleted') throw new Error('The MOC is gone');
  return { ...moc, mocId: state.mocId };
};

/** A MOC with one parts list, and what it takes to replace that. */
const withList = async () => {
  const storage = persistentState();
  await service(storage, crashAfter().effect, noon).receive(upload());
  const { mocId, partsLists } = await foldedMoc(storage);
  const partsListId = partsLists[0]!.partsListId;
  const replace = (effect: Effect = crashAfter().effect, more?: Parameters<typeof replacement>[2]) =>
    service(storage, effect, noon).receive(replacement(mocId, partsListId, more));
  return { storage, mocId, partsListId, replace };
};

/** Asserts that the list awaits the other file or is as it was, and that no bytes lie beside those that it holds. */
const assertReplacedOrAsBefore = async (storage: PersistentState): Promise<'replacing' | 'as before'> => {
  const { state } = await restart(storage).runner.load(replacementId);
  const { files, partsLists } = await foldedMoc(storage);
  const [list] = partsLists;
  expect(new Set(storage.files.bytes.keys())).to.deep.equal(new Set(files.map(({ fileId }) => fileId)));
  expect([partsLists.length, list?.status]).to.deep.equal([1, 'processing']);
  expect(files.map(({ fileId }) => fileId)).to.include(list?.fileId);
  if (list?.replacement === undefined) {
    expect(state.step).to.be.oneOf(['undone', 'not-begun']);
    return 'as before';
  }
  expect(state.step).to.equal('complete');
  expect([...storage.requested.keys()]).to.include(list.replacement.jobId);
  return 'replacing';
};

async function* equalList(): AsyncGenerator<UploadPart> {
  const content = (async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('Part,Color,Quantity');
  })();
  yield { kind: 'parts-list', name: 'same.csv', content };
}

describe('receiveUpload of another file for a parts list', () => {
  it('files it beside the list and requests its reading', async () => {
    const { storage, replace } = await withList();
    expect(await replace()).to.include({ step: 'complete' });
    expect(await assertReplacedOrAsBefore(storage)).to.equal('replacing');
  });

  it('keeps no bytes of a file equal to that of the list, and says that nothing changed', async () => {
    const { storage, replace } = await withList();
    expect(await replace(undefined, equalList())).to.include({ step: 'undone', code: 'parts-list-unchanged' });
    expect(await assertReplacedOrAsBefore(storage)).to.equal('as before');
  });

  it('keeps the list when the file is refused', async () => {
    const { storage, replace } = await withList();
    const empty = (async function* (): AsyncGenerator<UploadPart> {
      yield { kind: 'parts-list', name: 'empty.csv', content: (async function* () {})() };
    })();
    expect(await replace(undefined, empty)).to.include({ step: 'undone', code: 'empty-file' });
    expect(await assertReplacedOrAsBefore(storage)).to.equal('as before');
  });

  it('is abandoned as moved for another revision than the one of the MOC', async () => {
    const { storage, mocId, partsListId } = await withList();
    const { receive } = service(storage, crashAfter().effect, noon);
    const intentOf = () => ({ kind: 'replace', partsListId, revision: '0' }) as const;
    const outcome = await receive({ ...replacement(mocId, partsListId), intentOf });
    expect(isRejection(outcome)).to.equal(false);
    expect(outcome).to.include({ step: 'undone', code: 'revision-moved' });
    expect(await assertReplacedOrAsBefore(storage)).to.equal('as before');
  });

  for (const late of [false, true])
    it(`replaces the list or leaves it as it was when it crashes ${late ? 'after' : 'before'} any one effect`, async () => {
      const outcomes = new Set<string>();
      const wholeRun = crashAfter();
      await (await withList()).replace(wholeRun.effect);
      for (let deathAt = 1; deathAt <= wholeRun.effects(); deathAt += 1) {
        const { storage, replace } = await withList();
        await replace(crashAfter(deathAt, late).effect).catch(() => undefined);
        const later = after(noon, RECEIVING_SILENCE_MAX_MS + 1);
        await service(storage, crashAfter().effect, later).runner.checkTimeout(replacementId);
        outcomes.add(await assertReplacedOrAsBefore(storage));
      }
      expect(outcomes).to.deep.equal(new Set(['as before', 'replacing']));
    });
});
