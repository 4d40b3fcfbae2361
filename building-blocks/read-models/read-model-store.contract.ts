import { expect } from 'chai';
import type { Instant } from '@lego-moc/kernel/message';
import {
  GenerationReplaced,
  RebuildRunning,
  type Build,
  type ReadModel,
  type ReadModelStore,
  type Row,
  type StoredRow,
} from './read-model-store.ts';
import { shapeOf } from './shape.ts';

const NOON = '2026-01-01T12:00:00.000Z' as Instant;
const storedRow = (id: string, revision: number, row: Row | undefined): StoredRow => ({
  id,
  revision: BigInt(revision),
  updatedAt: NOON,
  row,
});
const insertion = (next: StoredRow) => ({ previous: undefined, next });

const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

/** The contract of every store of read models. `open` gives a store of its own to each suite. */
export const readModelStoreContract = (open: () => Promise<ReadModelStore>): void => {
  let store: ReadModelStore;
  let models = 0;

  before(async function () {
    this.timeout(30_000);
    store = await open();
  });

  /** A read model that no other test uses. */
  const newModel = (columns: ReadModel['columns'] = { colour: 'text' }): ReadModel => ({
    name: `shelf-${String((models += 1))}`,
    columns,
    indexes: [],
  });
  const prepareModel = async (columns?: ReadModel['columns']) => {
    const model = newModel(columns);
    const { generation } = await store.prepare(model);
    const save = (...rows: StoredRow[]) => store.save(model, generation, rows.map(insertion));
    const load = (...ids: string[]) => store.load(model, generation, ids);
    return { model, generation, save, load };
  };
  const all = async (model: ReadModel, generation: number): Promise<readonly StoredRow[]> => {
    const rows: StoredRow[] = [];
    for await (const page of store.scan(model, generation)) rows.push(...page);
    return rows.toSorted((left, right) => (left.id < right.id ? -1 : 1));
  };

  it('prepares one generation, however many callers come at once', async () => {
    const model = newModel();
    expect(await store.current(model.name)).to.equal(undefined);
    const generations = await Promise.all([1, 2, 3].map(() => store.prepare(model)));
    expect(generations.map(({ generation }) => generation)).to.deep.equal([1, 1, 1]);
    expect(await store.current(model.name)).to.include({ generation: 1, shape: shapeOf(model) });
    expect(await store.count(model.name)).to.equal(0);
  });

  it('keeps the shape of an existing table when the code expects another one', async () => {
    const { model } = await prepareModel();
    const changedModel = { ...model, columns: { colour: 'text', size: 'integer' } } as const;
    expect(await store.prepare(changedModel)).to.include({ generation: 1, shape: shapeOf(model) });
  });

  it('returns rows as they were saved, column by column', async () => {
    const row = {
      ...{ colour: 'red', studs: 7, pieces: 9_007_199_254_740_993n, open: true, opened_at: NOON, weight: 1.5 },
      ...{
        label: { text: ['a "b"', 'ü'], n: 1 },
        raw: [{ x: null }],
        parts: ['3001', 'x,y'],
        sizes: [1, 2],
        none: null,
      },
    };
    const { save, load } = await prepareModel({
      ...{ colour: 'text', studs: 'integer', pieces: 'bigint', open: 'boolean', opened_at: 'timestamptz' },
      ...{ weight: 'double precision', label: 'json', raw: 'jsonb', parts: 'text[]', sizes: 'integer[]', none: 'text' },
    });
    await save(storedRow('a', 3, row));
    expect(await load('a', 'unknown')).to.deep.equal([storedRow('a', 3, row)]);
  });

  it('never replaces a row by an older one or by another one of the same revision', async () => {
    const { save, load } = await prepareModel();
    await save(storedRow('a', 2, { colour: 'red' }));
    await save(storedRow('a', 1, { colour: 'older' }));
    await save(storedRow('a', 2, { colour: 'same' }));
    expect(await load('a')).to.deep.equal([storedRow('a', 2, { colour: 'red' })]);
    await save(storedRow('a', 3, { colour: 'blue' }));
    expect(await load('a')).to.deep.equal([storedRow('a', 3, { colour: 'blue' })]);
  });

  it('keeps the revision of a removed row, so that a repeated event does not revive it', async () => {
    const { model, save, load } = await prepareModel();
    await save(storedRow('a', 0, { colour: 'red' }));
    await save(storedRow('a', 1, undefined));
    await save(storedRow('a', 0, { colour: 'red' }));
    expect(await load('a')).to.deep.equal([storedRow('a', 1, undefined)]);
    expect(await store.count(model.name)).to.equal(0);
    expect(await store.revisionOf(model.name, 'a')).to.equal(1n);
    await save(storedRow('a', 2, { colour: 'blue' }));
    expect(await store.count(model.name)).to.equal(1);
  });

  it('has no revision for a row that was never saved', async () => {
    const { model } = await prepareModel();
    expect(await store.revisionOf(model.name, 'nobody')).to.equal(undefined);
  });

  it('updates members one by one and shows them in the order of the array', async () => {
    const { model, generation, load } = await prepareModel({ bricks: { membersBy: 'part' } });
    const [a, b, c] = ['a', 'b', 'c'].map((part) => ({ part }));
    const previous = storedRow('box', 0, { bricks: [a, b, c] });
    await store.save(model, generation, [insertion(previous)]);
    expect(await load('box')).to.deep.equal([previous]);
    const next = storedRow('box', 1, { bricks: [c, { part: 'd' }, a] });
    expect(await store.save(model, generation, [{ previous, next }])).to.deep.equal(new Set());
    expect(await load('box')).to.deep.equal([next]);
  });

  it('saves many rows at once and scans them all, tombstones included', async () => {
    const { model, generation, save } = await prepareModel();
    const rows = Array.from({ length: 1_200 }, (_, number) =>
      storedRow(
        `id-${String(number).padStart(4, '0')}`,
        number,
        number % 7 === 0 ? undefined : { colour: `c${number}` },
      ),
    );
    await save(...rows);
    expect(await all(model, generation)).to.deep.equal(rows);
  });

  describe('building a generation', () => {
    const fill = async ({ insert, index }: Build, ...rows: StoredRow[]): Promise<void> => {
      await insert(rows.map(insertion));
      await index();
    };

    it('shows it when it is published, with the rows added last, and removes the former one', async () => {
      const { model, generation, save, load } = await prepareModel();
      await save(storedRow('a', 0, { colour: 'old' }));
      const newGeneration = await store.build(model, async (build) => {
        await fill(build, storedRow('a', 1, { colour: 'new' }));
        expect(await load('a'), 'before it is published').to.deep.equal([storedRow('a', 0, { colour: 'old' })]);
        await build.publish(async ({ insert, load: loadHidden }) => {
          expect(await loadHidden(['a'])).to.deep.equal([storedRow('a', 1, { colour: 'new' })]);
          await insert([insertion(storedRow('b', 0, { colour: 'late' }))]);
        });
        return build.generation;
      });
      expect(newGeneration).to.equal(generation + 1);
      expect(await store.current(model.name)).to.include({ generation: newGeneration });
      expect(await all(model, newGeneration)).to.have.length(2);
      expect(await thrownBy(load('a'))).to.be.instanceOf(GenerationReplaced);
      expect(await thrownBy(save(storedRow('c', 0, { colour: 'late' })))).to.be.instanceOf(GenerationReplaced);
      expect(await store.count(model.name)).to.equal(2);
    });

    it('makes a live writer wait while it is published, and then write to the new one', async () => {
      const { model, save } = await prepareModel();
      let writing: Promise<unknown> = Promise.resolve();
      await store.build(model, async (build) => {
        await build.publish(async () => {
          writing = thrownBy(save(storedRow('a', 0, { colour: 'red' })));
          await Promise.resolve();
        });
      });
      expect(await writing).to.be.instanceOf(GenerationReplaced);
      expect(await store.count(model.name)).to.equal(0);
    });

    it('changes the shape', async () => {
      const { model } = await prepareModel();
      const changedModel = { ...model, columns: { colour: 'text', size: 'integer' } } as const;
      await store.build(changedModel, async (build) => {
        await fill(build, storedRow('a', 0, { colour: 'red', size: 2 }));
        await build.publish(() => Promise.resolve());
      });
      const { generation, shape } = (await store.current(model.name))!;
      expect(shape).to.equal(shapeOf(changedModel));
      expect(await store.load(changedModel, generation, ['a'])).to.deep.equal([
        storedRow('a', 0, { colour: 'red', size: 2 }),
      ]);
    });

    for (const [outcome, end] of [
      ['is not published', () => Promise.resolve()],
      ['fails', () => Promise.reject(new Error('no such event'))],
      ['fails while it is published', ({ publish }) => publish(() => Promise.reject(new Error('no such event')))],
    ] as const satisfies readonly (readonly [string, (build: Build) => Promise<void>])[])
      it(`leaves the former one when the new one ${outcome}`, async () => {
        const { model, generation, save, load } = await prepareModel();
        await save(storedRow('a', 0, { colour: 'old' }));
        const failure = await thrownBy(
          store.build(model, async (build) => {
            await fill(build, storedRow('a', 1, { colour: 'new' }));
            await end(build);
          }),
        );
        if (outcome !== 'is not published') expect(failure).to.match(/no such event/);
        expect(await store.current(model.name)).to.include({ generation });
        expect(await load('a')).to.deep.equal([storedRow('a', 0, { colour: 'old' })]);
        await save(storedRow('a', 1, { colour: 'newer' }));
        expect(await thrownBy(store.load(model, generation + 1, ['a']))).to.be.instanceOf(GenerationReplaced);
      });

    it('is done by one at a time', async () => {
      const { model } = await prepareModel();
      await store.build(model, async () => {
        const second = store.build(model, () => Promise.resolve());
        expect(await thrownBy(second)).to.be.instanceOf(RebuildRunning);
      });
      expect(await store.build(model, () => Promise.resolve('again'))).to.equal('again');
    });
  });
};
