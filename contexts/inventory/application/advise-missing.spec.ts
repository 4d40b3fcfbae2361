import { expect } from 'chai';
import { isRejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { KnownColour } from '../domain/advice/colour-advice.ts';
import { lotKeyOf, type LotQuantity } from '../domain/lots.ts';
import { adviseMissing } from './advise-missing.ts';
import { checkMocs } from './check-mocs.ts';
import type { CatalogueFacts } from './ports/catalogue-facts.ts';

const ada = 'ada' as UserId;
const CAUSE = { commandId: 'c', correlationId: 'c', actor: ada };
const EXACT = { relations: [], colour: 'same' } as const;
const QUESTION = {
  mocs: [{ mocId: 'moc', tolerances: { tolerance: EXACT, hiddenTolerance: EXACT }, choices: [] }],
  reservations: 'respect',
} as const;

const part = (number: string, colour: string | null, quantity: number): LotQuantity => ({
  ...{ lot: lotKeyOf({ kind: 'part', number, colour }), quantity },
});
const colour = (id: string, elements: number, sets: number | null = 50): KnownColour => ({
  ...{ colour: id, name: id, elements, sets, price: null },
});

const MOC_LOTS = [
  ...[part('3001', '4', 5), part('3002', '4', 2), part('3003', '4', 9), part('3004', '4', 3), part('3005', null, 4)],
  { lot: lotKeyOf({ kind: 'set', number: '6080-1', colour: null }), quantity: 1 },
];
const COLOURS: ReadonlyMap<string, readonly KnownColour[]> = new Map([
  ['3001', [colour('4', 1), colour('0', 2)]],
  ['3002', [colour('4', 0), colour('0', 2)]],
  ['3003', [colour('4', 1, 2)]],
]);
const SETS: ReadonlyMap<string, readonly LotQuantity[]> = new Map([
  ['small-1', [part('3002', '4', 1)]],
  ['large-1', [part('3001', '4', 3), part('3003', '4', 20), part('9999', '4', 70)]],
]);

/** A catalogue that others import a release of meanwhile, when `newest` is another one. */
const begin = (newest = 'r1', mocLots: readonly LotQuantity[] = MOC_LOTS) => {
  const partsAsked: (readonly string[])[] = [];
  let release = 'r1';
  const facts: CatalogueFacts = {
    current: (_, seenRelease = release) => {
      release = seenRelease;
      return Promise.resolve({ release, facts: { graph: new Map(), families: new Map() } });
    },
  };
  const check = checkMocs({
    mocs: {
      some: () =>
        Promise.resolve(
          new Map([
            [
              'moc',
              {
                ...{ mocId: 'moc', title: 'Crane', revision: '3', uncountedLists: 0 },
                lists: [{ partsListId: 'list', jobId: 'job' }],
              },
            ],
          ]),
        ),
      page: () => Promise.resolve('invalid-cursor'),
    },
    readLots: () => Promise.resolve(new Map([['job', mocLots]])),
    facts,
    ownedPieces: {
      of: () =>
        Promise.resolve({
          revision: '1',
          lots: [{ holding: 'bin', part: '3001', colour: '4', quantity: 1, reservedFor: null }],
        }),
    },
  });
  const advise = adviseMissing({
    ...{ check, facts },
    colours: {
      of: (parts) => {
        partsAsked.push(parts);
        return Promise.resolve({ releases: [newest], byPart: COLOURS });
      },
    },
    sets: {
      contents: (setNumber) => {
        const lots = SETS.get(setNumber);
        return Promise.resolve(lots === undefined ? undefined : { release: newest, setNumber, version: 1, lots });
      },
    },
  });
  const ask = (...named: string[]) => advise(ada, QUESTION, { named, wished: [] }, CAUSE);
  const askForWishes = (...wished: string[]) => advise(ada, QUESTION, { named: [], wished }, CAUSE);
  return { ask, askForWishes, partsAsked };
};

describe('advising about what MOCs miss', () => {
  it('names the parts that are hard to buy, the most pressing first, and no common or colourless one', async () => {
    const { ask, partsAsked } = begin();
    const advice = await ask();
    if (isRejection(advice)) return expect.fail(advice.because);
    expect(advice.lots.map(({ part: number, quantity, reason }) => [number, quantity, reason])).to.eql([
      ['3004', 3, 'colours-unknown'],
      ['3002', 2, 'no-element'],
      ['3003', 9, 'few-sets'],
    ]);
    expect(partsAsked).to.eql([['3001', '3002', '3003', '3004']]);
    return undefined;
  });

  it('says what each set brings of the missing pieces, the most helpful first', async () => {
    const advice = await begin().ask('small-1', 'large-1');
    if (isRejection(advice)) return expect.fail(advice.because);
    expect(advice.list.sums.missingPieces).to.equal(23);
    expect(advice.sets.map(({ setNumber, pieces, percentage }) => [setNumber, pieces, percentage])).to.eql([
      ['large-1', 12, 52],
      ['small-1', 1, 4],
    ]);
    return undefined;
  });

  it('names the first set that the catalogue has no inventory of', async () => {
    expect(await begin().ask('small-1', 'no-set', 'no-other')).to.deep.include({
      ...{ rejected: 'set-inventory-not-found', details: { set: 1 } },
    });
  });

  it('leaves out wished sets that the catalogue has no inventory of, and names them', async () => {
    const advice = await begin().askForWishes('no-set', 'large-1');
    if (isRejection(advice)) return expect.fail(advice.because);
    expect(advice.sets.map(({ setNumber }) => setNumber)).to.deep.equal(['large-1']);
    expect(advice.setsWithoutInventory).to.deep.equal(['no-set']);
    return undefined;
  });

  it('gives no answer out of two releases of the catalogue, and the next time one of the newer', async () => {
    const { ask } = begin('r2');
    expect(await ask('small-1')).to.include({ rejected: 'catalogue-moved' });
    const advice = await ask('small-1');
    expect(isRejection(advice) || advice.answer.release).to.equal('r2');
  });

  it('has nothing to say when nothing is missing', async () => {
    const advice = await begin('r1', [part('3001', '4', 1)]).ask('large-1');
    if (isRejection(advice)) return expect.fail(advice.because);
    expect(advice.lots).to.eql([]);
    expect(advice.sets[0]).to.include({ pieces: 0, percentage: 0 });
    return undefined;
  });
});
