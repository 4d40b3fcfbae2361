import { expect } from 'chai';
import { commandHandler } from '@lego-moc/application/command-handler';
import { newId } from '@lego-moc/application/new-id';
import type { MocId } from '../domain/moc-events.ts';
import { mocDecider } from '../domain/moc.ts';
import { titleDecider } from '../domain/title.ts';
import {
  ada,
  mortality,
  noon,
  restarted,
  service,
  upload,
  uploadId,
  world,
  type Effect,
  type World,
} from '../testing/mortal-uploads.ts';
import { forgetOwner } from './forgetting.ts';
import { tidyUp } from './housekeeping.ts';
import { owners } from './owners.ts';
import { titleId, titles } from './titles.ts';

const why = () => ({ commandId: newId(), correlationId: 'c-2', actor: 'moc-management-forgetting' });

/** The MOC of the upload, as soon as its stream is there. */
const draftedIn = async (remains: World): Promise<readonly MocId[]> => {
  const { state } = await restarted(remains).runner.look(uploadId);
  if (!('mocId' in state)) return [];
  return (await remains.mocs.read(state.mocId)).revision === 'no-stream' ? [] : [state.mocId];
};

const erase = (remains: World): Promise<void> =>
  forgetOwner(
    owners(remains.owners),
    // The read model has heard of nothing yet.
    () => Promise.resolve([]),
    commandHandler(mocDecider, remains.mocs),
    () => noon,
  )(ada, noon, why());

/** Another instance hears of the erasure just before the given effect. */
const erasingBefore = (remains: World, erasedAt: number, effect: Effect): Effect => {
  let effects = 0;
  return async (happen) => {
    effects += 1;
    if (effects === erasedAt) await erase(remains);
    return effect(happen);
  };
};

const expectNothing = async (remains: World, when: string): Promise<void> => {
  for (const mocId of await draftedIn(remains)) {
    const handle = commandHandler(titleDecider, remains.titles);
    await tidyUp(
      remains.mocs,
      titles(handle, remains.titles, () => noon),
      remains.files,
    )(mocId, why());
    const moc = (await remains.mocs.read(mocId)).events.reduce(mocDecider.evolve, mocDecider.initial);
    expect(moc.status, when).to.equal('deleted');
  }
  expect(remains.files.bytes.size, when).to.equal(0);
  const title = (await remains.titles.read(titleId(ada, 'Crane'))).events;
  expect(title.reduce(titleDecider.evolve, titleDecider.initial).status, when).to.equal('free');
};

const effectsOfAll = async (): Promise<number> => {
  const { effect, effects } = mortality();
  await service(world(), effect, noon).receive(upload());
  return effects();
};

describe('an upload of an erased owner', () => {
  it('is refused before anything is written', async () => {
    const remains = world();
    await erase(remains);
    const { effect, effects } = mortality();
    expect(await service(remains, effect, noon).receive(upload())).to.include({ rejected: 'user-erased' });
    expect(effects()).to.equal(0);
  });

  it('is refused when it is sent again, though it once stood', async () => {
    const remains = world();
    const { receive } = service(remains, mortality().effect, noon);
    await receive(upload());
    await erase(remains);
    expect(await receive(upload())).to.include({ rejected: 'user-erased' });
    await expectNothing(remains, 'afterwards');
  });

  it('leaves nothing, whenever in its course the owner is erased', async () => {
    const last = await effectsOfAll();
    const answers = new Set<string>();
    for (let erasedAt = 2; erasedAt <= last; erasedAt += 1) {
      const remains = world();
      const effect = erasingBefore(remains, erasedAt, mortality().effect);
      const outcome = await service(remains, effect, noon).receive(upload());
      answers.add('code' in outcome ? outcome.code : 'step' in outcome ? outcome.step : outcome.rejected);
      await expectNothing(remains, `erased before effect ${String(erasedAt)}`);
    }
    expect(answers).to.deep.equal(new Set(['user-erased', 'complete']));
  });

  it('leaves nothing, even when the service is killed after the erasure and started again', async () => {
    const last = await effectsOfAll();
    for (let erasedAt = 2; erasedAt <= last; erasedAt += 1)
      for (let deathAt = erasedAt; deathAt <= last + 2; deathAt += 1)
        for (const late of [false, true]) {
          const remains = world();
          const effect = erasingBefore(remains, erasedAt, mortality(deathAt, late).effect);
          await service(remains, effect, noon)
            .receive(upload())
            .catch(() => undefined);
          await restarted(remains).runner.chase(uploadId);
          await expectNothing(remains, `erased before effect ${String(erasedAt)}, killed at ${String(deathAt)}`);
        }
  });
});
