import { expect } from 'chai';
import { row, twoSides } from '../testing/two-sides.ts';
import { auditor } from './audit.ts';

describe('comparing the rows of both sides', () => {
  const audit = (...sides: Parameters<typeof twoSides>) => {
    const { legacy, target } = twoSides(...sides);
    return auditor({ legacy, target, secondLookMs: 0, untilFollowed: () => Promise.resolve() })();
  };

  it('finds none where both have the same', async () => {
    const rows = [row('1', 'ada', 'Castle'), row('2', 'ben', 'Ship')];
    expect(await audit(rows, rows)).to.deep.equal({ owners: 2, rows: 2, differing: 0, differences: [] });
  });

  it('finds rows of users whom only the platform knows', async () => {
    const rows = [row('1', 'ada', 'Castle')];
    const report = await audit(rows, [...rows, row('2', 'ben', 'Ship')]);
    expect(report).to.include({ owners: 2, rows: 2, differing: 1 });
    expect(report.differences).to.deep.equal([
      { id: '2', columns: [], missing: 'legacy', table: 'wishlist_items', owner: 'ben' },
    ]);
  });

  it('finds them behind the first page too', async () => {
    const rows = Array.from({ length: 250 }, (_, place) => row(String(place), `user-${String(place)}`, 'Castle'));
    expect(await audit([], rows)).to.include({ owners: 250, rows: 250, differing: 250 });
  });

  it('finds rows that one side lacks, and columns that differ', async () => {
    const report = await audit(
      [row('1', 'ada', 'Castle'), row('2', 'ada', 'Ship')],
      [row('1', 'ada', 'Tower'), row('3', 'ada', 'Car')],
    );
    expect(report.differences.map(({ id, columns, missing }) => [id, missing ?? columns])).to.deep.equal([
      ['1', ['title']],
      ['2', 'platform'],
      ['3', 'legacy'],
    ]);
  });
});
