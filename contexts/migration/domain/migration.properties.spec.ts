import { expect } from 'chai';
import fc from 'fast-check';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Instant } from '@lego-moc/kernel/message';
import { migrationDecider, type Migration } from './migration.ts';
import type { MigrationCommand } from './migration-commands.ts';

const at = '2026-01-01T12:00:00.000Z' as Instant;
const act = { actor: 'olga', reason: 'planned', at };
const epoch = fc.nat({ max: 8 });

const command: fc.Arbitrary<MigrationCommand> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ type: 'Advance' as const, data: { ...act, verdicts: [] } }) },
  fc.nat({ max: 100 }).map((percent) => ({ type: 'Advance' as const, data: { ...act, percent, verdicts: [] } })),
  fc.boolean().map((force) => ({ type: 'RollBack' as const, data: { ...act, force } })),
  {
    weight: 5,
    arbitrary: epoch.map((number) => ({ type: 'CompleteTransition' as const, data: { epoch: number, at } })),
  },
  epoch.map((number) => ({ type: 'AbandonTransition' as const, data: { epoch: number, because: 'slow', at } })),
  fc.constantFrom('Hold' as const, 'Release' as const).map((type) => ({ type, data: act })),
  fc
    .array(fc.constantFrom('ada', 'ben'), { maxLength: 2 })
    .map((allow) => ({ type: 'SetExceptions' as const, data: { ...act, allow, deny: [] } })),
  fc
    .constantFrom('a', 'b')
    .map((until) => ({ type: 'CopyChunk' as const, data: { table: 't', until, rows: 1, findings: 0 } })),
  { weight: 2, arbitrary: fc.constant({ type: 'CompleteBackfill' as const, data: { at } }) },
);

const apply = (migration: Migration, next: MigrationCommand): Migration => {
  const decision = migrationDecider.decide(next, migration);
  return isRejection(decision) ? migration : decision.reduce(migrationDecider.evolve, migration);
};
const history = fc
  .array(command, { maxLength: 40 })
  .map((commands) => commands.reduce(apply, migrationDecider.initial));

describe('properties of a migration', () => {
  it('users move only by a transition that was completed', () => {
    fc.assert(
      fc.property(history, command, (migration, next) => {
        const after = apply(migration, next);
        if (next.type !== 'CompleteTransition') expect(after.stage).to.deep.equal(migration.stage);
        if (after.stage !== migration.stage) expect(after.stage).to.deep.equal(migration.transition?.to);
      }),
    );
  });

  it('the platform writes for somebody only after a backfill', () => {
    fc.assert(
      fc.property(history, ({ stage, backfill }) => {
        if (stage.percent > 0) expect(backfill.completed).to.equal(true);
      }),
    );
  });

  it('the epoch never falls', () => {
    fc.assert(
      fc.property(history, command, (migration, next) => {
        expect(apply(migration, next).epoch).to.be.at.least(migration.epoch);
      }),
    );
  });

  it('can be rolled back or advanced from everywhere but the end', () => {
    fc.assert(
      fc.property(history, (migration) => {
        fc.pre(migration.transition === undefined && migration.stage.state !== 'complete');
        const rollBack = migrationDecider.decide({ type: 'RollBack', data: { ...act, force: false } }, migration);
        expect(isRejection(rollBack)).to.equal(migration.stage.state === 'off');
      }),
    );
  });
});
