import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { residentPages } from './resident-pages.ts';

const MEBIBYTE = 2 ** 20;
/** So many that some are looked at. */
const FINDS = 1_000;

describe('resident pages', () => {
  let resident: number | undefined;
  let handedBack: number;

  const pages = () =>
    residentPages(
      () => void (handedBack += 1),
      () => resident,
    );
  const find = (residentPages: ReturnType<typeof pages>): void => {
    for (let finds = 0; finds < FINDS; finds++) residentPages.countLookup();
  };

  beforeEach(() => {
    resident = 50 * MEBIBYTE;
    handedBack = 0;
  });

  it('are kept below the limit, whatever the number of lookups', async () => {
    const residentPages = pages();
    resident = 55 * MEBIBYTE;
    find(residentPages);
    await turn();
    expect(handedBack).to.equal(0);
  });

  it('are released above the limit, after the current turn of the event loop', async () => {
    const residentPages = pages();
    resident = 80 * MEBIBYTE;
    find(residentPages);
    expect(handedBack).to.equal(0);
    await turn();
    expect(handedBack).to.equal(1);
  });

  it('are counted from zero after a release', async () => {
    const residentPages = pages();
    resident = 80 * MEBIBYTE;
    find(residentPages);
    await turn();
    find(residentPages);
    await turn();
    expect(handedBack, 'what stays has other owners').to.equal(1);
    resident = 100 * MEBIBYTE;
    find(residentPages);
    await turn();
    expect(handedBack).to.equal(2);
  });

  it('are kept where the system does not report them', async () => {
    resident = undefined;
    find(pages());
    await turn();
    expect(handedBack).to.equal(0);
  });
});
