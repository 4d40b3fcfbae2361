import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { currentWork, workingOn } from './current-work.ts';

describe('the current work', () => {
  it('stays with what is waited for, however others interleave', async () => {
    const idAfterTurns = (id: string): Promise<string | undefined> =>
      workingOn({ correlationId: id }, async () => {
        await turn();
        await turn();
        return currentWork()?.correlationId;
      });

    expect(await Promise.all(['red', 'blue', 'green'].map(idAfterTurns))).to.deep.equal(['red', 'blue', 'green']);
  });

  it('is unknown outside', async () => {
    await workingOn({ correlationId: 'red' }, () => turn());
    expect(currentWork()).to.equal(undefined);
  });
});
