import { expect } from 'chai';
import type { Instant } from '@lego-moc/kernel/message';
import { RebuildRunning, type ReadModel, type ReadModelStore } from '@lego-moc/read-models/read-model-store';
import type { RunningProjection } from '@lego-moc/read-models/run-projection';
import { inMemoryReadModels } from '@lego-moc/read-models/testing/in-memory-read-models';
import { indexHealth, type IndexHealth } from './index-health.ts';

const MODEL: ReadModel = { name: 'shelf', columns: { colour: 'text' }, indexes: [] };

class Outage extends Error {
  readonly outage = true;
}

describe('looking after an index', () => {
  let store: ReadModelStore;
  let lag: number | null;
  let now: number;
  let refusal: Error | undefined;
  /** Writes wait for it. */
  let answer: Promise<unknown>;
  let rebuild: () => Promise<void>;
  let projections: readonly RunningProjection[];
  let health: IndexHealth;

  beforeEach(async () => {
    [lag, now] = [0, 0];
    store = inMemoryReadModels();
    await store.prepare(MODEL);
    rebuild = () => store.build(MODEL, (build) => build.publish(() => Promise.resolve()));
    const projection = {
      name: MODEL.name,
      rebuild: () => rebuild(),
      status: () => Promise.resolve({ lag }),
    } as unknown as RunningProjection;
    projections = [projection];
    [refusal, answer] = [undefined, Promise.resolve()];
    const flaky: ReadModelStore = {
      ...store,
      load: (...rows) => (refusal === undefined ? store.load(...rows) : Promise.reject(refusal)),
      save: async (...rows) => {
        await answer;
        return refusal === undefined ? store.save(...rows) : Promise.reject(refusal);
      },
    };
    health = indexHealth(
      flaky,
      () => projections,
      () => now,
    );
  });

  const save = (id: string): Promise<unknown> =>
    health.store.save(MODEL, 2, [
      {
        previous: undefined,
        next: { id, revision: 0n, updatedAt: '2026-01-01T12:00:00.000Z' as Instant, row: { colour: 'red' } },
      },
    ]);
  const refuseOnce = async (id: string, error: Error): Promise<void> => {
    refusal = error;
    await save(id).catch(() => undefined);
    refusal = undefined;
  };

  it('distrusts an index before it has looked', async () => {
    expect(health.reason()).to.equal('index-unavailable');
    await health.check();
    expect(health.reason()).to.equal(undefined);
  });

  it('builds an index that was never built, once', async () => {
    await health.check();
    await health.check();
    expect(await store.current(MODEL.name)).to.include({ generation: 2 });
  });

  it('waits for projections to run, and for another instance that builds', async () => {
    projections = [];
    await health.check();
    expect(health.reason()).to.equal('index-building');
    projections = [{ name: MODEL.name, rebuild: () => Promise.reject(new RebuildRunning(MODEL.name)) }] as never;
    await health.check();
    expect(health.reason()).to.equal('index-building');
  });

  it('waits until its projections have caught up', async () => {
    for (lag of [null, 5_000]) {
      await health.check();
      expect(health.reason(), String(lag)).to.equal('index-behind');
    }
    lag = 3;
    await health.check();
    expect(health.reason()).to.equal(undefined);
  });

  it('is behind from a refused row until that row is written and refreshed', async () => {
    await health.check();
    await refuseOnce('a', new Outage());
    await save('b');
    now = 5_000;
    expect(health.reason()).to.equal('index-behind');
    await save('a');
    expect(health.reason()).to.equal('index-behind');
    now = 7_000;
    expect(health.reason()).to.equal(undefined);
  });

  it('is behind from a row that it cannot load until that row is written and refreshed', async () => {
    await health.check();
    refusal = new Outage();
    await health.store.load(MODEL, 2, ['a']).catch(() => undefined);
    refusal = undefined;
    await health.store.load(MODEL, 2, ['a']);
    expect(health.reason()).to.equal('index-behind');
    await save('a');
    now = 2_000;
    expect(health.reason()).to.equal(undefined);
  });

  it('is behind while a write takes longer than events may take to be found', async () => {
    await health.check();
    const node = Promise.withResolvers<undefined>();
    answer = node.promise;
    const write = save('a');
    now = 1_000;
    expect(health.reason()).to.equal(undefined);
    now = 2_000;
    expect(health.reason()).to.equal('index-behind');
    node.resolve(undefined);
    await write;
    expect(health.reason()).to.equal('index-behind');
    now = 4_000;
    expect(health.reason()).to.equal(undefined);
  });

  it('forgets a refused row that another instance must have written', async () => {
    await health.check();
    await refuseOnce('a', new Outage());
    now = 20_000;
    expect(health.reason()).to.equal(undefined);
  });

  it('counts no row that is itself at fault', async () => {
    await health.check();
    await refuseOnce('a', new TypeError('no such column'));
    expect(health.reason()).to.equal(undefined);
  });
});
