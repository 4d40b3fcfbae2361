import { expect } from 'chai';
import type { UserId } from '@lego-moc/kernel/message';
import type { StoredLot } from '../domain/export-lot.ts';
import type { OwnPartLink } from '../domain/part-links.ts';
import { storedLot } from '../testing/stored-lots.ts';
import { withOwnNumbers } from './own-numbers.ts';

const linkOf = (number: string, partNumber: string, scheme: OwnPartLink['scheme'] = 'bricklink'): OwnPartLink => ({
  ...{ rule: 'own-cross-walk', scheme, number, key: number.toLowerCase(), partNumber, provenance: 'user' },
});
const LINKS = [
  linkOf('LongerNumber', '3001'),
  linkOf('Short', '3001'),
  linkOf('3001l', '3001', 'ldraw'),
  linkOf('older', '3001', 'rebrickable'),
  linkOf('x2', '3002'),
];

const ada = 'ada' as UserId;

const numbersOf = async (lot: StoredLot, owner: UserId | undefined) => {
  const lots = async function* () {
    yield await Promise.resolve([lot]);
  };
  const links = new Map(LINKS.map((link) => [link.number, link]));
  const read = withOwnNumbers(lots, () => Promise.resolve({ changes: 1, parts: new Map(), links }));
  for await (const [first] of read({ jobId: '', attemptId: '', owner }))
    return first?.numbersElsewhere?.map(({ scheme, number }) => `${scheme} ${number}`);
  return undefined;
};

describe('translating part numbers for an export by the table of the owner', () => {
  it('adds the numbers of other systems as the owner writes them, the shortest first', async () => {
    expect(await numbersOf(storedLot(), ada)).to.deep.equal([
      'ldraw 3001l',
      'bricklink Short',
      'bricklink LongerNumber',
    ]);
  });

  it('keeps to the cross-walk of the catalogue for the systems that it has a number in', async () => {
    const numbersElsewhere = [{ scheme: 'bricklink', number: '3001b' } as const];
    expect(await numbersOf(storedLot({ numbersElsewhere }), ada)).to.deep.equal(['bricklink 3001b', 'ldraw 3001l']);
  });

  it('adds none to other parts, to unknown ones, and for lists of nobody', async () => {
    expect(await numbersOf(storedLot({ part: '3003' }), ada)).to.equal(undefined);
    expect(await numbersOf(storedLot({ part: null }), ada)).to.equal(undefined);
    expect(await numbersOf(storedLot(), undefined)).to.equal(undefined);
  });
});
