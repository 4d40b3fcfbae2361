import { expect } from 'chai';
import { pollUntil } from './poll-until.ts';

describe('polling', () => {
  const counter = () => {
    let count = 0;
    return () => (count += 1);
  };

  it('returns the first result that is accepted', async () => {
    expect(await pollUntil('the third', counter(), (count) => count === 3)).to.equal(3);
  });

  it('accepts what is truthy when nothing else is said', async () => {
    const results = [undefined, '', 'found', 'later'];
    expect(await pollUntil('a word', () => Promise.resolve(results.shift()))).to.equal('found');
  });

  it('throws with the name of the result when none is accepted in time', async () => {
    const outcome = await pollUntil('the parcel', counter(), () => false, 0).catch(String);
    expect(outcome).to.equal('Error: Not within 0 s: the parcel');
  });

  it('throws the error of the poll at once', async () => {
    const outcome = await pollUntil('the parcel', () => Promise.reject(new Error('lost'))).catch(String);
    expect(outcome).to.equal('Error: lost');
  });
});
