import { expect } from 'chai';
import { changesToWrite, differencesBetween } from './row-differences.ts';

const legacy = { id: 'a', title: 'Castle', created_at: '2019-05-04T12:00:00.123456', updated_at: 'x', only_there: 1 };
const platform = { id: 'a', title: 'Castle', created_at: '2019-05-04T12:00:00.123' };

describe('comparing rows of the two sides', () => {
  it('finds none where times agree to the millisecond and the platform knows less', () => {
    expect(differencesBetween([legacy], [platform])).to.deep.equal([]);
  });

  it('names the columns at fault, and the side without a row', () => {
    expect(
      differencesBetween([{ ...legacy, title: 'castle', created_at: '2019-05-04T14:00:00.123456' }], [platform]),
    ).to.deep.equal([{ id: 'a', columns: ['title', 'created_at'] }]);
    expect(differencesBetween([], [platform])).to.deep.equal([{ id: 'a', columns: [], missing: 'legacy' }]);
    expect(differencesBetween([legacy], [])).to.deep.equal([{ id: 'a', columns: [], missing: 'platform' }]);
  });
});

describe('writing to the monolith what the platform means', () => {
  it('leaves rows alone that agree, and times to the microsecond', () => {
    expect(changesToWrite([legacy], [platform as never], [])).to.deep.equal({ upserts: [], deletions: [] });
    expect(changesToWrite([legacy], [{ ...platform, title: 'Tower' } as never], [])).to.deep.equal({
      upserts: [{ id: 'a', title: 'Tower', created_at: legacy.created_at }],
      deletions: [],
    });
  });

  it('adds what is new and deletes what is known to be deleted, nothing else', () => {
    const newRow = { ...legacy, id: 'b' };
    expect(changesToWrite([legacy], [newRow], ['a', 'c'])).to.deep.equal({ upserts: [newRow], deletions: ['a'] });
    expect(changesToWrite([legacy], [], [])).to.deep.equal({ upserts: [], deletions: [] });
  });
});
