import { expect } from 'chai';
import { sharedLoads } from './shared-loads.ts';

describe('asking for the same thing at once', () => {
  const spied = (answer: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>) => {
    const asked: (readonly string[])[] = [];
    const load = sharedLoads((ids) => {
      asked.push(ids);
      return answer(ids);
    });
    return { asked, load };
  };
  const named = (ids: readonly string[]) => Promise.resolve(new Map(ids.map((id) => [id, `brick ${id}`])));

  it('asks once, however many want it', async () => {
    const { asked, load } = spied(named);
    const answers = await Promise.all(Array.from({ length: 500 }, () => load(['1'])));
    expect(asked).to.deep.equal([['1']]);
    expect(answers.every((answer) => answer.get('1') === 'brick 1')).to.equal(true);
  });

  it('asks only for what nobody is asking for', async () => {
    const { asked, load } = spied(named);
    const [, both] = await Promise.all([load(['1']), load(['1', '2', '2'])]);
    expect(asked).to.deep.equal([['1'], ['2']]);
    expect([...both]).to.deep.equal([
      ['1', 'brick 1'],
      ['2', 'brick 2'],
    ]);
  });

  it('asks again later', async () => {
    const { asked, load } = spied(named);
    await load(['1']);
    await load(['1']);
    expect(asked).to.have.length(2);
  });

  it('leaves out what there is not', async () => {
    const { load } = spied(() => Promise.resolve(new Map()));
    expect((await load(['1'])).size).to.equal(0);
  });

  it('fails for all who wait, and asks anew afterwards', async () => {
    let broken = true;
    const { load } = spied((ids) => (broken ? Promise.reject(new Error('no bricks')) : named(ids)));
    const both = await Promise.allSettled([load(['1']), load(['1'])]);
    expect(both.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
    broken = false;
    expect((await load(['1'])).get('1')).to.equal('brick 1');
  });
});
