import { expect } from 'chai';
import type { Instant } from '@lego-moc/kernel/message';
import { sideOf } from '../contexts/migration/contracts/routing.ts';
import { chanceOf } from './migration-model/chance.ts';
import { migrationModel } from './migration-model/model.ts';

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed + 1);
const STEPS = 250;
const USERS = ['ada', 'Ada', 'ben@example.test', 'cleo', '507f1f77bcf86cd799439011'];
const KILL_SHARE = 0.02;
const act = { actor: 'olga', reason: 'planned', at: '2026-01-01T12:00:00.000Z' as Instant };

/** Users write, stages change and the worker is killed, in an order that the seed decides. */
const run = async (seed: number) => {
  const chance = chanceOf(seed);
  const model = migrationModel(chance, KILL_SHARE);
  const stages = new Set<string>();
  const operate = async (): Promise<void> => {
    const { state, percent } = await model.routing();
    stages.add(state);
    // What happens before a capture or after the end is followed by nobody.
    if (state !== 'rampdown' && chance.happens(0.75))
      await model.command({ type: 'Advance', data: { ...act, verdicts: [] } });
    else if (percent > 0) await model.command({ type: 'RollBack', data: { ...act, force: false } });
    else if (state === 'shadow')
      await model.command({
        type: 'SetExceptions',
        data: { ...act, allow: USERS.slice(0, chance.below(3)), deny: [] },
      });
  };
  for (let step = 0; step < STEPS; step += 1) {
    if (chance.happens(0.5)) await model.write(chance.pick(USERS) ?? '', `title ${String(step)}`);
    if (chance.happens(0.15)) await operate();
    if (chance.happens(0.6)) await model.work();
  }
  model.calmDown();
  await model.arrive();
  for (let round = 0; round < 20; round += 1) await model.work();
  return { model, stages };
};

describe('a migration while users write and its worker is killed, in 40 seeded runs', function () {
  this.timeout(120_000);

  it('has every acknowledged write at the side that writes for the user, and at the other one', async () => {
    const states = new Set<string>();
    let writes = 0;
    for (const seed of SEEDS) {
      const { model, stages } = await run(seed);
      for (const state of stages) states.add(state);
      const routing = await model.routing();
      expect(routing.nextPercent, `seed ${String(seed)}`).to.equal(null);
      for (const user of USERS) {
        const expected = new Map([...(model.wishes.get(user) ?? [])].toSorted());
        writes += expected.size;
        const atLegacy = new Map([...model.titlesAt(user)].toSorted());
        const onPlatform = new Map([...(await model.titlesOn(user))].toSorted());
        const label = `seed ${String(seed)}, ${user}, ${routing.state} ${String(routing.percent)} %`;
        expect(sideOf(routing, user) === 'legacy' ? atLegacy : onPlatform, label).to.deep.equal(expected);
        if (routing.state !== 'off') expect([atLegacy, onPlatform], label).to.deep.equal([expected, expected]);
      }
    }
    expect(writes).to.be.above(500);
    expect([...states]).to.include.members(['off', 'capture', 'shadow', 'canary', 'live', 'rampdown']);
  });
});
