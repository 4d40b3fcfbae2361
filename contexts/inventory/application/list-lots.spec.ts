import { expect } from 'chai';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { lotKeyOf, type LotQuantity } from '../domain/lots.ts';
import { LISTS_AT_ONCE, readLots, refreshLists, storeList } from './list-lots.ts';
import type { StoredList } from './ports/list-store.ts';

const ada = 'ada' as UserId;
const CAUSE = { commandId: 'c', correlationId: 'c', actor: ada };
const red = (quantity: number): readonly LotQuantity[] => [
  { lot: lotKeyOf({ kind: 'part', number: '3001', colour: '4' }), quantity },
];

/** File processing, whose lists can be changed, beside a store; `reads` are the jobs that it was asked for. */
const begin = () => {
  const [files, stored] = [new Map<string, readonly LotQuantity[]>(), new Map<string, StoredList>()];
  const reads: string[] = [];
  let [inFlight, inFlightMax, release] = [0, 0, 'r1'];
  const needs = {
    lists: {
      lots: async (jobId: string) => {
        reads.push(jobId);
        inFlightMax = Math.max(inFlightMax, (inFlight += 1));
        await nextTurn();
        inFlight -= 1;
        return files.get(jobId);
      },
    },
    store: {
      of: (jobIds: readonly string[], wantedRelease: string) => {
        const lists = jobIds.flatMap((jobId) => stored.get(jobId) ?? []);
        const current = lists.filter((list) => list.release === wantedRelease);
        return Promise.resolve(new Map(current.map(({ jobId, lots }) => [jobId, lots])));
      },
      add: (list: StoredList) => Promise.resolve(void stored.set(list.jobId, list)),
      update: (list: StoredList) =>
        Promise.resolve(stored.has(list.jobId) ? void stored.set(list.jobId, list) : undefined),
      outdated: (wantedRelease: string) =>
        Promise.resolve(
          [...stored.values()]
            .filter((list) => list.release !== wantedRelease)
            .map(({ jobId }) => ({ jobId, owner: ada })),
        ),
      remove: (jobId: string) => Promise.resolve(void stored.delete(jobId)),
    },
    facts: { current: () => Promise.resolve({ release, facts: { graph: new Map(), families: new Map() } }) },
    now: () => '2026-01-01T12:00:00.000Z' as Instant,
  };
  const [read, store, refresh] = [readLots(needs), storeList(needs), refreshLists(needs)];
  return {
    files,
    reads,
    read: (...jobIds: string[]) => read(jobIds, release, CAUSE),
    store: (jobId: string) => store(jobId, ada, CAUSE),
    refresh: () => refresh(CAUSE),
    importRelease: (name: string) => void (release = name),
    inFlightMax: () => inFlightMax,
  };
};

describe('reading lots of lists', () => {
  it('reads no list again that was stored when file processing completed it', async () => {
    const { files, reads, read, store } = begin();
    files.set('job', red(2));
    await store('job');
    expect(await read('job', 'no-job')).to.deep.equal(new Map([['job', red(2)]]));
    expect(reads).to.deep.equal(['job', 'no-job']);
  });

  it('reads a stored list again for another release, once', async () => {
    const { files, reads, read, store, importRelease } = begin();
    files.set('job', red(2));
    await store('job');
    files.set('job', red(3));
    importRelease('r2');
    for (const answer of [await read('job'), await read('job')]) expect(answer.get('job')).to.deep.equal(red(3));
    expect(reads).to.deep.equal(['job', 'job']);
  });

  it('has read stored lists again before the first question after another release', async () => {
    const { files, reads, read, store, refresh, importRelease } = begin();
    files.set('job', red(2));
    await store('job');
    await refresh();
    files.set('job', red(3));
    importRelease('r2');
    await refresh();
    expect(reads).to.deep.equal(['job', 'job']);
    expect((await read('job')).get('job')).to.deep.equal(red(3));
    expect(reads).to.have.length(2);
  });

  it('follows a list whose sets were opened, and forgets one that is gone', async () => {
    const { files, read, store } = begin();
    files.set('job', red(2));
    await store('job');
    files.set('job', red(9));
    await store('job');
    expect((await read('job')).get('job')).to.deep.equal(red(9));
    files.delete('job');
    await store('job');
    expect(await read('job')).to.deep.equal(new Map());
  });

  it('reads few of 100 lists at a time', async () => {
    const { files, read, inFlightMax } = begin();
    const jobIds = Array.from({ length: 100 }, (_, at) => `job-${String(at)}`);
    for (const jobId of jobIds) files.set(jobId, red(1));
    expect(await read(...jobIds)).to.have.property('size', 100);
    expect(inFlightMax()).to.equal(LISTS_AT_ONCE);
  });
});
