import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { isRejection } from '@lego-moc/kernel/decider';
import type { AttemptId, JobId } from '../domain/file-job-events.ts';
import { inMemoryParsing, type InMemoryParsing } from '../testing/in-memory-ports.ts';
import { OPENED_LIST_LOTS_MAX, openSets, type OpeningNeeds } from './open-sets.ts';
import { parseFile } from './parse-file.ts';
import type { ReadList } from './plan-export.ts';
import { sweepLots } from './remove-lots.ts';
import { resolveLots } from './resolve-lots.ts';

const cause = () => ({ commandId: newId(), correlationId: newId(), actor: 'ada' });
const item = (type: string, number: string, quantity: number, colour = '') =>
  `<ITEM><ITEMTYPE>${type}</ITEMTYPE><ITEMID>${number}</ITEMID>${colour}<MINQTY>${quantity}</MINQTY></ITEM>\n`;
/** Red at BrickLink is 5, and at Rebrickable 4. */
const PART = item('P', '3001', 2, '<COLOR>5</COLOR>');
const LIST = `<INVENTORY>\n${PART}${item('S', '7000-1', 3)}${item('M', 'sw0001', 4)}</INVENTORY>`;
const CONTENTS = [
  { itemType: 'P', number: '3001', colourId: 4, isSpare: false, quantity: 4 },
  { itemType: 'P', number: '3001', colourId: 0, isSpare: true, quantity: 1 },
  { itemType: 'P', number: 'unheard-of', colourId: 4, isSpare: false, quantity: 1 },
  { itemType: 'M', number: 'fig-000001', colourId: null, isSpare: false, quantity: 2 },
] as const;

const completedJob = async (content = LIST) => {
  const world = inMemoryParsing();
  world.inventories.set('7000-1', CONTENTS);
  const jobId = await world.submit(content);
  await parseFile(world)(jobId, newId() as AttemptId, cause());
  return { world, jobId };
};

const listOf = async (world: InMemoryParsing, jobId: JobId): Promise<ReadList> => {
  const job = await world.load(jobId);
  if (job.status !== 'completed') return expect.fail('The job is not completed');
  const { owner, fileId, fileName } = job.submission;
  return { jobId, attemptId: job.attemptId, owner, fileId, fileName, findings: job.findings };
};

const open = async (world: InMemoryParsing, jobId: JobId, needs: OpeningNeeds = world) =>
  openSets(needs)(await listOf(world, jobId), cause());

const outcomeOf = async (world: InMemoryParsing, jobId: JobId) => {
  const { findings } = await listOf(world, jobId);
  const { lots, pieces, piecesExtra, sets, minifigs, unknownParts, composition, changes, opening } = findings;
  await sweepLots(world)();
  return {
    totals: [lots, pieces, piecesExtra, sets, minifigs, unknownParts.count, changes],
    ...{ composition, opening: { ...opening, openedAt: '' } },
    lots: (await world.lotsOf(jobId)).map(({ lot, line, part, colourId, quantity, role, openedFrom }) => [
      ...[lot, line, part, colourId, quantity, role, openedFrom],
    ]),
    lotsInAll: world.storedLotCount(),
    events: (await world.streams.read(jobId)).events.filter(({ type }) => type === 'SetsOpened').length,
  };
};

describe('opening the sets of a list', () => {
  it('adds what is in a set to the totals, and names sets and minifigs without an inventory', async () => {
    const { world, jobId } = await completedJob();
    const result = await open(world, jobId);
    expect(result).to.deep.include({ sets: 3, minifigs: 0, lots: 4, pieces: 15, piecesExtra: 3 });
    expect(isRejection(result) || result.unopened).to.deep.equal({
      count: 2,
      first: [
        { lot: 3, line: 4, kind: 'minifig', number: 'sw0001', quantity: 4 },
        { lot: 7, line: 3, kind: 'minifig', number: 'fig-000001', quantity: 6 },
      ],
    });
    const { totals, lots, composition } = await outcomeOf(world, jobId);
    expect(totals).to.deep.equal([7, 17, 3, undefined, 10, 1, 1]);
    expect(lots).to.deep.equal([
      [1, 2, '3001', 4, 2, 'needed', undefined],
      [2, 3, null, 9999, 3, 'opened', undefined],
      [3, 4, null, 9999, 4, 'needed', undefined],
      [4, 3, '3001', 4, 12, 'needed', 2],
      [5, 3, '3001', 0, 3, 'extra', 2],
      [6, 3, null, 4, 3, 'needed', 2],
      [7, 3, null, 9999, 6, 'needed', 2],
    ]);
    expect(composition?.colours).to.deep.equal([{ id: '4', name: 'Red', pieces: 17 }]);
  });

  it('answers the same when asked twice, one after the other or at once', async () => {
    const { world, jobId } = await completedJob();
    const results = await Promise.all([open(world, jobId), open(world, jobId)]);
    expect(results[1]).to.deep.equal(results[0]);
    expect(await open(world, jobId)).to.deep.equal(results[0]);
    const { events, lots, lotsInAll } = await outcomeOf(world, jobId);
    expect([events, lots.length, lotsInAll]).to.deep.equal([1, 7, 7]);
  });

  it('opens what a later release has inventories of', async () => {
    const { world, jobId } = await completedJob();
    await open(world, jobId);
    world.inventories.set('sw0001', CONTENTS.slice(0, 1));
    const catalogue = { ...world.catalogue, newestRelease: () => Promise.resolve({ number: 2, id: 'test-2' }) };
    const result = await open(world, jobId, { ...world, catalogue });
    expect(result).to.deep.include({ catalogueRelease: 'test-2', sets: 0, minifigs: 4, lots: 1, pieces: 16 });
    const { totals, lots } = await outcomeOf(world, jobId);
    expect(totals).to.deep.equal([8, 33, 3, undefined, 6, 1, 2]);
    expect(lots.at(-1)).to.deep.equal([8, 4, '3001', 4, 16, 'needed', 3]);
  });

  it('changes nothing of a list whose sets have no inventory, and names them', async () => {
    const { world, jobId } = await completedJob();
    world.inventories.clear();
    const result = await open(world, jobId);
    expect(result).to.deep.include({ sets: 0, minifigs: 0, lots: 0, pieces: 0 });
    expect(isRejection(result) || result.unopened.first.map(({ number }) => number)).to.deep.equal([
      '7000-1',
      'sw0001',
    ]);
    expect((await outcomeOf(world, jobId)).events).to.equal(0);
  });

  it('rejects a list without sets, and one that would be too large', async () => {
    const { world: plain, jobId: plainId } = await completedJob(`<INVENTORY>${PART}</INVENTORY>`);
    expect(await open(plain, plainId)).to.include({ rejected: 'nothing-to-open' });
    const { world, jobId } = await completedJob();
    world.inventories.set(
      '7000-1',
      Array.from({ length: OPENED_LIST_LOTS_MAX - 2 }, () => CONTENTS[0]),
    );
    expect(await open(world, jobId)).to.include({ rejected: 'list-too-large' });
    expect((await outcomeOf(world, jobId)).events).to.equal(0);
  });

  it('rejects an opening when the lots were resolved meanwhile', async () => {
    const { world, jobId } = await completedJob(LIST.replace('</INVENTORY>', `${item('P', '3002', 1)}</INVENTORY>`));
    const list = await listOf(world, jobId);
    const extract = await world.catalogue.lookUp({ number: 1, id: 'test-1' }, []);
    const parts = new Map([...extract.parts, ['3002', '3002']]);
    const newestRelease = () => Promise.resolve({ number: 2, id: 'test-2' });
    const catalogue = { newestRelease, lookUp: () => Promise.resolve({ ...extract, parts }) };
    await resolveLots({ ...world, catalogue })();
    expect(await openSets(world)(list, cause())).to.include({ rejected: 'lots-changed' });
    expect((await outcomeOf(world, jobId)).lotsInAll).to.equal(4);
  });

  it('resolves parts of sets in the numbers of the catalogue after a later release', async () => {
    const { world, jobId } = await completedJob();
    await open(world, jobId);
    const extract = await world.catalogue.lookUp({ number: 1, id: 'test-1' }, []);
    const parts = new Map([...extract.parts, ['unheard-of', 'unheard-of']]);
    const newestRelease = () => Promise.resolve({ number: 2, id: 'test-2' });
    await resolveLots({
      ...world,
      catalogue: { newestRelease, lookUp: () => Promise.resolve({ ...extract, parts }) },
    })();
    const { lots, totals } = await outcomeOf(world, jobId);
    expect(lots[5]).to.deep.equal([6, 3, 'unheard-of', 4, 3, 'needed', 2]);
    expect(totals.slice(-2)).to.deep.equal([0, 2]);
  });

  it('ends with the same outcome when it is killed before or after any step, and is asked again', async () => {
    const { world: undisturbed, jobId: firstId } = await completedJob();
    await open(undisturbed, firstId);
    const expected = await outcomeOf(undisturbed, firstId);
    let kills = 0;
    for (const when of ['before', 'after'] as const)
      for (let step = 1; ; step += 1) {
        const { world, jobId } = await completedJob();
        let steps = 0;
        const mortal =
          <Args extends readonly unknown[], Answer>(port: (...args: Args) => Promise<Answer>) =>
          async (...args: Args): Promise<Answer> => {
            steps += 1;
            if (steps >= step && when === 'before') throw new Error('connection lost');
            const answer = await port(...args);
            if (steps >= step) throw new Error('connection lost');
            return answer;
          };
        const { opening, catalogue, lots, jobs } = world;
        const wasKilled = await open(world, jobId, {
          ...world,
          load: mortal(world.load),
          handle: mortal(world.handle),
          catalogue: {
            newestRelease: mortal(() => catalogue.newestRelease()),
            lookUp: mortal((...args: Parameters<typeof catalogue.lookUp>) => catalogue.lookUp(...args)),
          },
          opening: {
            findSets: mortal((...args: Parameters<typeof opening.findSets>) => opening.findSets(...args)),
            contents: mortal((...args: Parameters<typeof opening.contents>) => opening.contents(...args)),
            copyLots: mortal((...args: Parameters<typeof opening.copyLots>) => opening.copyLots(...args)),
          },
          lots: { add: mortal((...args: Parameters<typeof lots.add>) => lots.add(...args)) },
          jobs: { revokeLease: mortal((id: JobId) => jobs.revokeLease(id)) },
        }).then(
          () => false,
          () => true,
        );
        if (!wasKilled) break;
        kills += 1;
        await open(world, jobId);
        expect(await outcomeOf(world, jobId), `${when} step ${step}`).to.deep.equal(expected);
      }
    expect(kills).to.be.at.least(18);
  });
});
