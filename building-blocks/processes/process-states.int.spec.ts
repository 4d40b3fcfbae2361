import { expect } from 'chai';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { processStates, type ProcessStates } from './process-states.ts';

const at = (minute: number): string => `2026-01-01T12:0${String(minute)}:00.000Z`;

describe('processStates', function () {
  this.timeout(60_000);
  let states: ProcessStates;

  before(async () => {
    const db: Database = openDatabase(await (await postgresForTests()).databaseUrl('states'), { schema: 'states' });
    closeAfterAllTests(() => db.close());
    for (const view of ['open_packing', 'open_toy_repair'])
      await db.any(`CREATE TABLE ${view} (id text, state json, moved_at timestamptz)`);
    const add = (view: string, id: string, state: unknown, minute: number): Promise<unknown> =>
      db.any(`INSERT INTO ${view} VALUES ($<id>, $<state>::json, $<movedAt>)`, {
        ...{ id, state: state === undefined ? null : JSON.stringify(state), movedAt: at(minute) },
      });
    await add('open_packing', 'a', 'ordered', 3);
    await add('open_packing', 'b', 'ordered', 1);
    await add('open_toy_repair', 'c', { step: 'gluing', part: 3 }, 2);
    await add('open_toy_repair', 'd', { status: 'drying' }, 4);
    await add('open_toy_repair', 'e', undefined, 5);
    states = processStates(db, ['packing', 'toyRepair']);
  });

  it('counts open instances by process and state, with the time of the one that waits longest', async () => {
    const counts = await states.count();
    expect(counts.map(({ process, state, open }) => [process, state, open])).to.deep.equal([
      ['packing', 'ordered', 2],
      ['toyRepair', 'after its end', 1],
      ['toyRepair', 'drying', 1],
      ['toyRepair', 'gluing', 1],
    ]);
    expect(new Date(counts[0]?.oldestMovedAt ?? 0).toISOString()).to.equal(at(1));
  });

  it('lists instances by their streams, the least recent first, of one process or state if asked', async () => {
    const streamsOf = async (selection: Parameters<ProcessStates['list']>[0]): Promise<readonly string[]> =>
      (await states.list(selection)).map(({ stream }) => stream);
    expect(await streamsOf({ limit: 3 })).to.deep.equal(['packing-b', 'toyRepair-c', 'packing-a']);
    expect(await streamsOf({ process: 'toyRepair', limit: 9 })).to.deep.equal([
      'toyRepair-c',
      'toyRepair-d',
      'toyRepair-e',
    ]);
    expect(await streamsOf({ state: 'ordered', limit: 1 })).to.deep.equal(['packing-b']);
  });
});
