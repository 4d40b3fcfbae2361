import { expect } from 'chai';
import { sharedLoads } from './shared-loads.ts';

describe('loading the same ids at once', () => {
  const spyOnLoads = (answer: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>) => {
    const loads: (readonly string[])[] = [];
    const load = sharedLoads((ids) => {
      loads.push(ids);
      return answer(ids);
    });
    return { loads, load };
  };
  const bricksOf = (ids: readonly string[]) => Promise.resolve(new Map(ids.map((id) => [id, `brick ${id}`])));

  it('loads an id once for many concurrent callers', async () => {
    const { loads, load } = spyOnLoads(bricksOf);
    const answers = await Promise.all(Array.from({ length: 500 }, () => load(['1'])));
    expect(loads).to.deep.equal([['1']]);
    expect(answers.every((answer) => answer.get('1') === 'brick 1')).to.equal(true);
  });

  it('loads only the ids that are not being loaded', async () => {
    const { loads, load } = spyOnLoads(bricksOf);
    const [, results] = await Promise.all([load(['1']), load(['1', '2', '2'])]);
    expect(loads).to.deep.equal([['1'], ['2']]);
    expect([...results]).to.deep.equal([
      ['1', 'brick 1'],
      ['2', 'brick 2'],
    ]);
  });

  it('loads again after the first load has ended', async () => {
    const { loads, load } = spyOnLoads(bricksOf);
    await load(['1']);
    await load(['1']);
    expect(loads).to.have.length(2);
  });

  it('omits ids without a value', async () => {
    const { load } = spyOnLoads(() => Promise.resolve(new Map()));
    expect((await load(['1'])).size).to.equal(0);
  });

  it('fails all waiting callers, and loads anew afterwards', async () => {
    let isBroken = true;
    const { load } = spyOnLoads((ids) => (isBroken ? Promise.reject(new Error('no bricks')) : bricksOf(ids)));
    const results = await Promise.allSettled([load(['1']), load(['1'])]);
    expect(results.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
    isBroken = false;
    expect((await load(['1'])).get('1')).to.equal('brick 1');
  });
});
