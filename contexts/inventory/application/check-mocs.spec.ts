import { expect } from 'chai';
import { isRejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import { lotKeyOf } from '../domain/lots.ts';
import { checkMocs, type BuildQuestion } from './check-mocs.ts';
import type { MocToBuild } from './ports/moc-reader.ts';

const ada = 'ada' as UserId;
const CAUSE = { commandId: 'c', correlationId: 'c', actor: ada };
const EXACT = {
  tolerance: { relations: [], colour: 'same' },
  hiddenTolerance: { relations: [], colour: 'any' },
} as const;
const LOT = { lot: lotKeyOf({ kind: 'part', number: '3001', colour: '4' }), quantity: 1 };

const mocNamed = (mocId: string): MocToBuild => ({
  ...{ mocId, title: mocId, revision: '3', uncountedLists: 0 },
  lists: [1, 2].map((at) => ({ partsListId: `${mocId}-${String(at)}`, jobId: `${mocId}-${String(at)}` })),
});

/** A service that has the MOCs named, and counts what it is asked. */
const begin = (mocIds: readonly string[]) => {
  const calls: string[] = [];
  const check = checkMocs({
    mocs: {
      some: (wantedIds) => {
        calls.push(`mocs ${String(wantedIds.length)}`);
        const visibleIds = wantedIds.filter((mocId) => mocIds.includes(mocId));
        return Promise.resolve(new Map(visibleIds.map((mocId) => [mocId, mocNamed(mocId)])));
      },
      page: () => Promise.resolve('invalid-cursor'),
    },
    readLots: (jobIds) => {
      calls.push(`lists ${String(jobIds.length)}`);
      return Promise.resolve(new Map(jobIds.map((jobId) => [jobId, [LOT]])));
    },
    facts: {
      current: () => {
        calls.push('facts');
        return Promise.resolve({ release: 'r1', facts: { graph: new Map(), families: new Map() } });
      },
    },
    ownedPieces: { of: () => Promise.resolve({ revision: '1', lots: [] }) },
  });
  const question = (wantedIds: readonly string[]): BuildQuestion => ({
    ...{ reservations: 'respect' },
    mocs: wantedIds.map((mocId) => ({ mocId, tolerances: EXACT, choices: [] })),
  });
  return {
    ask: (...wantedIds: string[]) => check(ada, question(wantedIds), CAUSE),
    calls,
  };
};

describe('checking MOCs', () => {
  const mocIds = Array.from({ length: 100 }, (_, at) => `moc-${String(at)}`);

  it('reads 100 MOCs by one call, and their lists by another', async () => {
    const { ask, calls } = begin(mocIds);
    const answer = await ask(...mocIds);
    if (isRejection(answer)) return expect.fail(answer.because);
    expect(answer.results.map(({ moc }) => moc.mocId)).to.deep.equal(mocIds);
    expect(answer.progress.pieces.needed).to.equal(200);
    expect(calls).to.deep.equal(['mocs 100', 'facts', 'lists 200']);
    return undefined;
  });

  it('names the first MOC that is not there, and reads nothing else for it', async () => {
    const { ask, calls } = begin(mocIds);
    const answer = await ask('moc-1', 'no-moc', 'moc-2', 'no-other');
    expect(answer).to.deep.include({ rejected: 'moc-not-found', details: { moc: 1 } });
    expect(calls).to.deep.equal(['mocs 4']);
  });
});
