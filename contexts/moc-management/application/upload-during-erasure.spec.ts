import { expect } from 'chai';
import { commandHandler } from '@lego-moc/application/command-handler';
import { newId } from '@lego-moc/application/new-id';
import type { MocId } from '../domain/moc-events.ts';
import { mocDecider } from '../domain/moc.ts';
import { normaliseSetNumber, setNumberDecider } from '../domain/set-number.ts';
import { titleDecider } from '../domain/title.ts';
import {
  ada,
  crashAfter,
  noon,
  restart,
  service,
  upload,
  uploadId,
  UPLOADED_SET,
  persistentState,
  type Effect,
  type PersistentState,
} from '../testing/crashing-uploads.ts';
import { eraseOwner } from './owner-erasure.ts';
import { tidyUp } from './housekeeping.ts';
import { owners } from './owners.ts';
import { setNumberId, titleId, titles } from './titles.ts';

const eraseCause = () => ({ commandId: newId(), correlationId: 'c-2', actor: 'moc-management-forgetting' });

/** The MOC of the upload, as soon as its stream is there. */
const draftedIn = async (storage: PersistentState): Promise<readonly MocId[]> => {
  const { state } = await restart(storage).runner.load(uploadId);
  if (!('mocId' in state)) return [];
  return (await storage.mocs.read(state.mocId)).revision === 'no-stream' ? [] : [state.mocId];
};

const erase = (storage: PersistentState): Promise<void> =>
  eraseOwner(
    owners(storage.owners),
    // The read model is still empty.
    () => Promise.resolve([]),
    commandHandler(mocDecider, storage.mocs),
    () => noon,
  )(ada, noon, eraseCause());

/** Another instance carries out the erasure just before the effect number `erasedAt`. */
const erasingBefore = (storage: PersistentState, erasedAt: number, effect: Effect): Effect => {
  let effects = 0;
  return async (happen) => {
    effects += 1;
    if (effects === erasedAt) await erase(storage);
    return effect(happen);
  };
};

const expectNothing = async (storage: PersistentState, when: string): Promise<void> => {
  for (const mocId of await draftedIn(storage)) {
    await tidyUp(
      storage.mocs,
      titles(storage, () => noon),
      storage.files,
    )(mocId, eraseCause());
    const moc = (await storage.mocs.read(mocId)).events.reduce(mocDecider.evolve, mocDecider.initial);
    expect(moc.status, when).to.equal('deleted');
  }
  expect(storage.files.bytes.size, when).to.equal(0);
  const title = (await storage.titles.read(titleId(ada, 'Crane'))).events;
  expect(title.reduce(titleDecider.evolve, titleDecider.initial).status, when).to.equal('free');
  const number = (await storage.setNumbers.read(setNumberId(normaliseSetNumber(UPLOADED_SET)!))).events;
  expect(number.reduce(setNumberDecider.evolve, setNumberDecider.initial).status, when).to.equal('free');
};

const effectsOfAll = async (): Promise<number> => {
  const { effect, effects } = crashAfter();
  await service(persistentState(), effect, noon).receive(upload());
  return effects();
};

describe('receiveUpload for an erased owner', () => {
  it('rejects the upload before anything is written', async () => {
    const storage = persistentState();
    await erase(storage);
    const { effect, effects } = crashAfter();
    expect(await service(storage, effect, noon).receive(upload())).to.include({ rejected: 'user-erased' });
    expect(effects()).to.equal(0);
  });

  it('rejects a repeated upload that was filed before the erasure', async () => {
    const storage = persistentState();
    const { receive } = service(storage, crashAfter().effect, noon);
    await receive(upload());
    await erase(storage);
    expect(await receive(upload())).to.include({ rejected: 'user-erased' });
    await expectNothing(storage, 'afterwards');
  });

  it('leaves nothing when the owner is erased before any one effect', async () => {
    const last = await effectsOfAll();
    const answers = new Set<string>();
    for (let erasedAt = 2; erasedAt <= last; erasedAt += 1) {
      const storage = persistentState();
      const effect = erasingBefore(storage, erasedAt, crashAfter().effect);
      const outcome = await service(storage, effect, noon).receive(upload());
      answers.add('code' in outcome ? outcome.code : 'step' in outcome ? outcome.step : outcome.rejected);
      await expectNothing(storage, `erased before effect ${String(erasedAt)}`);
    }
    expect(answers).to.deep.equal(new Set(['user-erased', 'complete']));
  });

  it('leaves nothing when the service crashes after the erasure and restarts', async function () {
    this.timeout(60_000);
    const last = await effectsOfAll();
    for (let erasedAt = 2; erasedAt <= last; erasedAt += 1)
      for (let deathAt = erasedAt; deathAt <= last + 2; deathAt += 1)
        for (const late of [false, true]) {
          const storage = persistentState();
          const effect = erasingBefore(storage, erasedAt, crashAfter(deathAt, late).effect);
          await service(storage, effect, noon)
            .receive(upload())
            .catch(() => undefined);
          await restart(storage).runner.checkTimeout(uploadId);
          await expectNothing(storage, `erased before effect ${String(erasedAt)}, killed at ${String(deathAt)}`);
        }
  });
});
