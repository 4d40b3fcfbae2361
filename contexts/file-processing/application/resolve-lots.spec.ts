import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { partKey, type CatalogueExtract } from '../domain/catalogue.ts';
import type { AttemptId, JobId } from '../domain/file-job-events.ts';
import { indexLinks } from '../domain/part-links.ts';
import { inMemoryParsing, type InMemoryParsing } from '../testing/in-memory-ports.ts';
import { parseFile } from './parse-file.ts';
import type { Catalogue } from './ports/catalogue.ts';
import { resolveLots, type Resolving } from './resolve-lots.ts';

const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
const LIST = 'Part,Color,Quantity\n3001,4,2\n3002,4,3\n3003,77,5\nunheard-of,4,7\n';

const NEWER: CatalogueExtract = {
  parts: new Map(['3001', '3002', '3003'].map((part) => [partKey(part), part])),
  colours: new Map([
    [4, 'Red'],
    [77, 'Dark Pink'],
  ]),
  partColours: new Map(),
  elements: new Map(),
};
const release2: Catalogue = {
  newestRelease: () => Promise.resolve({ number: 2, id: 'test-2' }),
  lookUp: () => Promise.resolve(NEWER),
};

/** A completed job, whose list the first release knew in part, with the ports of a sweep after the second one. */
const completedJob = async () => {
  const world = inMemoryParsing();
  const jobId = await world.submit(LIST);
  await parseFile(world)(jobId, newId() as AttemptId, cause);
  const needs: Resolving = { ...world, catalogue: release2 };
  return { world, jobId, needs };
};

const outcomeOf = async (world: InMemoryParsing, jobId: JobId) => {
  const job = await world.load(jobId);
  const { unknownParts, unknownColours, composition, resolution } =
    job.status === 'completed' ? job.findings : expect.fail('The job is not completed');
  const { resolvedAt, ...counts } = resolution ?? expect.fail(`${jobId} has no resolution`);
  expect(resolvedAt).to.be.a('string');
  return {
    ...{ unknownParts, unknownColours, composition, counts },
    lots: (await world.lotsOf(jobId)).map(({ lot, part, colourId }) => [lot, part, colourId]),
    events: (await world.streams.read(jobId)).events.filter(({ type }) => type === 'LotsResolved').length,
  };
};

describe('resolving unknown lots after a release of the catalogue', () => {
  it('records the parts and colours that are known now, and what is left', async () => {
    const { world, jobId, needs } = await completedJob();
    await resolveLots(needs)();
    const { unknownParts, unknownColours, composition, counts, lots, events } = await outcomeOf(world, jobId);
    expect(unknownParts.first.map(({ lot, partNumber }) => [lot, partNumber])).to.deep.equal([[4, 'unheard-of']]);
    expect([unknownParts.count, unknownColours.count, events]).to.deep.equal([1, 0, 1]);
    expect(counts).to.deep.equal({ catalogueRelease: 'test-2', parts: 2, colours: 1 });
    expect(lots).to.deep.equal([
      [1, '3001', 4],
      [2, '3002', 4],
      [3, '3003', 77],
      [4, null, 4],
    ]);
    expect(composition?.colours).to.deep.equal([
      { id: '4', name: 'Red', pieces: 12 },
      { id: '77', name: 'Dark Pink', pieces: 5 },
    ]);
    expect([...(composition?.parts ?? [])].sort()).to.deep.equal(['3001', '3002', '3003']);
  });

  it('checks a job once for each release, and records nothing when the release knows no more', async () => {
    const { world, jobId, needs } = await completedJob();
    let checks = 0;
    const load: Resolving['load'] = (id) => {
      checks += 1;
      return world.load(id);
    };
    const at = (number: number) => ({
      ...release2,
      newestRelease: () => Promise.resolve({ number, id: `test-${number}` }),
    });
    for (const number of [2, 2, 3]) await resolveLots({ ...needs, load, catalogue: at(number) })();
    expect([checks, (await outcomeOf(world, jobId)).events]).to.deep.equal([2, 1]);
  });

  it('records what a cross-walk adds to a release that was checked already', async () => {
    const { world, jobId, needs } = await completedJob();
    const crossWalk = { rule: 'cross-walk', scheme: 'rebrickable', key: 'unheard-of' } as const;
    const links = indexLinks([{ ...crossWalk, partNumber: '3001', provenance: 'a table' }]);
    await resolveLots(needs)();
    const afterImport: Resolving = {
      ...needs,
      catalogue: { ...release2, lookUp: () => Promise.resolve({ ...NEWER, links }) },
      resolution: { ...world.resolution, knowledge: () => Promise.resolve(3) },
    };
    for (let sweep = 0; sweep < 2; sweep += 1) await resolveLots(afterImport)();
    const { unknownParts, events, counts } = await outcomeOf(world, jobId);
    expect([unknownParts.count, events, counts.parts]).to.deep.equal([0, 2, 1]);
    expect((await world.lotsOf(jobId)).map(({ part, partRule }) => [part, partRule]).at(-1)).to.deep.equal([
      ...['3001', { rule: 'cross-walk', provenance: 'a table' }],
    ]);
  });

  it('knows lots by a custom part of the owner, once it is there', async () => {
    const { world, jobId, needs } = await completedJob();
    await resolveLots(needs)();
    world.ownParts.parts.set('unheard-of', { number: 'Unheard-of', name: 'A lamp', colourIds: [], relatedPart: null });
    world.ownParts.changes += 1;
    for (let sweep = 0; sweep < 2; sweep += 1) await resolveLots(needs)();
    const { unknownParts, events, counts } = await outcomeOf(world, jobId);
    expect([unknownParts.count, events, counts.parts]).to.deep.equal([0, 2, 1]);
    expect((await world.lotsOf(jobId)).map(({ part, partRule }) => [part, partRule]).at(-1)).to.deep.equal([
      ...['Unheard-of', { rule: 'custom', provenance: 'A lamp' }],
    ]);
  });

  it('knows lots by a table of the owner, once it is imported', async () => {
    const { world, jobId, needs } = await completedJob();
    await resolveLots(needs)();
    const link = { rule: 'own-cross-walk', scheme: 'rebrickable', key: 'unheard-of', number: 'Unheard-of' } as const;
    world.ownParts.links.set('rebrickable unheard-of', { ...link, partNumber: '3001', provenance: 'user' });
    world.ownParts.changes += 1;
    for (let sweep = 0; sweep < 2; sweep += 1) await resolveLots(needs)();
    const { unknownParts, events, counts } = await outcomeOf(world, jobId);
    expect([unknownParts.count, events, counts.parts]).to.deep.equal([0, 2, 1]);
    expect((await world.lotsOf(jobId)).map(({ part, partRule }) => [part, partRule]).at(-1)).to.deep.equal([
      ...['3001', { rule: 'own-cross-walk', provenance: 'user' }],
    ]);
  });

  it('checks lists that older versions read, which recorded neither whose ids they had nor that they named elements', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit('elementId,quantity\n4211385,2\n300221,3\n');
    await parseFile(world)(jobId, newId() as AttemptId, cause);
    const elements = new Map([['300221', { partNumber: '3002', colourId: 4 }]]);
    const catalogue: Catalogue = { ...release2, lookUp: () => Promise.resolve({ ...NEWER, elements }) };
    const load: Resolving['load'] = async (id) => {
      const job = await world.load(id);
      if (job.status !== 'completed') return job;
      const { colourScheme, ...findings } = job.findings;
      expect(colourScheme?.scheme).to.equal('lego');
      return { ...job, findings };
    };
    const lots: Resolving['resolution']['lots'] = async function* (...args) {
      for await (const page of world.resolution.lots(...args))
        yield page.map(({ isElement, ...lot }) => (isElement === true ? lot : expect.fail('names no element')));
    };
    await resolveLots({ ...world, load, catalogue, resolution: { ...world.resolution, lots } })();
    const { unknownParts, counts } = await outcomeOf(world, jobId);
    expect([unknownParts.count, counts.parts]).to.deep.equal([0, 1]);
    expect((await world.lotsOf(jobId)).map(({ part, colourId }) => [part, colourId])).to.deep.equal([
      ['3001', 71],
      ['3002', 4],
    ]);
  });

  it('ends with the same outcome when it is killed before or after any step, and runs again', async () => {
    const { world: undisturbed, jobId: firstId, needs: firstNeeds } = await completedJob();
    await resolveLots(firstNeeds)();
    const expected = await outcomeOf(undisturbed, firstId);
    let kills = 0;
    for (const when of ['before', 'after'] as const)
      for (let step = 1; ; step += 1) {
        const { world, jobId, needs } = await completedJob();
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
        const { resolution } = world;
        const wasKilled = await resolveLots({
          ...needs,
          load: mortal(world.load),
          handle: mortal(world.handle),
          catalogue: {
            newestRelease: mortal(() => release2.newestRelease()),
            lookUp: mortal(() => Promise.resolve(NEWER)),
          },
          resolution: {
            knowledge: mortal((...args: Parameters<typeof resolution.knowledge>) => resolution.knowledge(...args)),
            findUnchecked: mortal((...args: Parameters<typeof resolution.findUnchecked>) =>
              resolution.findUnchecked(...args),
            ),
            noteChecked: mortal((...args: Parameters<typeof resolution.noteChecked>) =>
              resolution.noteChecked(...args),
            ),
            lots: (...args) => resolution.lots(...args),
            update: mortal((...args: Parameters<typeof resolution.update>) => resolution.update(...args)),
          },
        })().then(
          () => false,
          () => true,
        );
        if (!wasKilled) break;
        kills += 1;
        await resolveLots(needs)();
        expect(await outcomeOf(world, jobId), `${when} step ${step}`).to.deep.equal(expected);
      }
    expect(kills).to.be.at.least(14);
  });

  it('keeps no job waiting behind one that cannot be loaded', async () => {
    const { world, jobId, needs } = await completedJob();
    const brokenId = await world.submit(LIST);
    await parseFile(world)(brokenId, newId() as AttemptId, cause);
    const load: Resolving['load'] = (id) => (id === jobId ? Promise.reject(new Error('a bug')) : world.load(id));
    const failure = await resolveLots({ ...needs, load })().catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(AggregateError);
    expect((await outcomeOf(world, brokenId)).counts.parts).to.equal(2);
  });
});
