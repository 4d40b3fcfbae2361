import { expect } from 'chai';
import type { Instant } from '@lego-moc/kernel/message';
import { isRejection } from '@lego-moc/kernel/decider';
import { NO_TRAFFIC, type Traffic } from '../domain/gates/traffic.ts';
import { migrationDecider, type Migration } from '../domain/migration.ts';
import type { MigrationCommand } from '../domain/migration-commands.ts';
import type { MigrationEvent, Stage } from '../domain/migration-events.ts';
import { gateKeeper } from './gate-keeper.ts';
import { routingOf } from './migration-worker.ts';

const at = '2026-01-01T12:00:00.000Z' as Instant;
const foreign: Traffic = { ...NO_TRAFFIC, comparisons: { ...NO_TRAFFIC.comparisons, foreign: 1 } };

describe('acting when a gate fails', () => {
  const given = (stage: Stage, onBreach: 'rollback' | 'hold' | 'nothing', traffic = foreign) => {
    let state: Migration = { ...migrationDecider.initial, stage };
    const events: MigrationEvent[] = [];
    let atMs = 0;
    let present = traffic;
    const command = (next: MigrationCommand) => {
      const decision = migrationDecider.decide(next, state);
      if (isRejection(decision)) return Promise.resolve(decision);
      events.push(...decision);
      state = decision.reduce(migrationDecider.evolve, state);
      return Promise.resolve({ revision: BigInt(events.length) });
    };
    const keeper = gateKeeper({
      worker: {
        read: () => Promise.resolve({ state, routing: routingOf('wishlist', state, 1) }),
        command,
      },
      ...{ capability: 'wishlist', tolerance: 1, onBreach, now: () => at, nowMs: () => atMs },
      evidence: {
        read: () => ({ traffic: present, lately: NO_TRAFFIC, examples: [] }),
        forget: () => {
          present = NO_TRAFFIC;
        },
      },
    });
    return {
      ...{ keeper, events, command },
      abandon: (): void => {
        state = { ...state, transition: undefined };
      },
      after: (ms: number): void => {
        atMs += ms;
      },
    };
  };
  const canary: Stage = { state: 'canary', percent: 10 };

  it('holds and rolls back, with the verdict and its numbers', async () => {
    const { keeper, events } = given(canary, 'rollback');
    await keeper.keep();
    expect(events.map(({ type }) => type)).to.deep.equal(['MigrationHeld', 'TransitionBegun']);
    for (const { data } of events) {
      expect(data).to.include({ actor: 'gate' });
      const [verdict] = (data as { verdicts: readonly { gate: string; detail: string }[] }).verdicts;
      expect(verdict?.gate).to.equal('foreign-rows');
      expect(verdict?.detail).to.match(/^1 /);
    }
    await keeper.keep();
    expect(events).to.have.length(2);
  });

  it('tries again after a while when the roll-back was given up', async () => {
    const { keeper, events, abandon, after } = given(canary, 'rollback');
    await keeper.keep();
    abandon();
    await keeper.keep();
    expect(events).to.have.length(2);
    after(10_000);
    await keeper.keep();
    expect(events.map(({ type }) => type)).to.deep.equal(['MigrationHeld', 'TransitionBegun', 'TransitionBegun']);
  });

  it('only holds while nobody has moved, or when it is told to', async () => {
    for (const [stage, onBreach] of [
      [{ state: 'shadow', percent: 0 }, 'rollback'],
      [canary, 'hold'],
    ] as const) {
      const { keeper, events } = given(stage, onBreach);
      await keeper.keep();
      await keeper.keep();
      expect(events.map(({ type }) => type)).to.deep.equal(['MigrationHeld']);
    }
  });

  it('judges anew what is seen after a release', async () => {
    const { keeper, events, command } = given({ state: 'shadow', percent: 0 }, 'rollback');
    await keeper.keep();
    await keeper.keep();
    await command({ type: 'Release', data: { actor: 'olga', reason: 'repaired', at } });
    await keeper.keep();
    await keeper.keep();
    expect(events.map(({ type }) => type)).to.deep.equal(['MigrationHeld', 'MigrationReleased']);
  });

  it('does nothing where no gate fails, where traffic is not judged, or when it is told to', async () => {
    for (const some of [
      given(canary, 'rollback', NO_TRAFFIC),
      given({ state: 'rampdown', percent: 100 }, 'rollback'),
      given(canary, 'nothing'),
    ]) {
      await some.keeper.keep();
      expect(some.events).to.deep.equal([]);
    }
  });
});
