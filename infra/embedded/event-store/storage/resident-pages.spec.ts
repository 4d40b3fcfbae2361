import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { residentPages } from './resident-pages.ts';

const MEBIBYTE = 2 ** 20;
/** So many that some are looked at. */
const FINDS = 1_000;

describe('pages borrowed from the system', () => {
  let resident: number | undefined;
  let handedBack: number;

  const pages = () =>
    residentPages(
      () => void (handedBack += 1),
      () => resident,
    );
  const find = (borrowed: ReturnType<typeof pages>): void => {
    for (let finds = 0; finds < FINDS; finds++) borrowed.countLookup();
  };

  beforeEach(() => {
    resident = 50 * MEBIBYTE;
    handedBack = 0;
  });

  it('are kept while they are few, however often they are looked at', async () => {
    const borrowed = pages();
    resident = 55 * MEBIBYTE;
    find(borrowed);
    await turn();
    expect(handedBack).to.equal(0);
  });

  it('are handed back when they have become many, but not before the turn has ended', async () => {
    const borrowed = pages();
    resident = 80 * MEBIBYTE;
    find(borrowed);
    expect(handedBack).to.equal(0);
    await turn();
    expect(handedBack).to.equal(1);
  });

  it('are counted anew from then on', async () => {
    const borrowed = pages();
    resident = 80 * MEBIBYTE;
    find(borrowed);
    await turn();
    find(borrowed);
    await turn();
    expect(handedBack, 'what stays has other owners').to.equal(1);
    resident = 100 * MEBIBYTE;
    find(borrowed);
    await turn();
    expect(handedBack).to.equal(2);
  });

  it('are kept where the system does not tell', async () => {
    resident = undefined;
    find(pages());
    await turn();
    expect(handedBack).to.equal(0);
  });
});
