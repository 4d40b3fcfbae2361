import { expect } from 'chai';
import { runCrashTest } from './crash-run.ts';

const SECONDS = 10;

describe('an event store that is killed and restarted at random', () => {
  it('holds exactly what was acknowledged', async function () {
    this.timeout(90_000);
    const seed = Date.now() % 2 ** 31;
    const { differences, kills, events } = await runCrashTest(SECONDS, seed);
    expect(differences, `seed ${seed}`).to.deep.equal([]);
    expect(kills).to.be.above(0);
    expect(events).to.be.above(0);
  });
});
