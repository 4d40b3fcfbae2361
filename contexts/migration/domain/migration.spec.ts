import { expect } from 'chai';
import { given } from '@lego-moc/testing/given';
import type { Instant } from '@lego-moc/kernel/message';
import type { MigrationEvent, Stage, Verdict } from './migration-events.ts';
import { migrationDecider } from './migration.ts';

const at = '2026-01-01T12:00:00.000Z' as Instant;
const act = { actor: 'olga', reason: 'planned', at };
const migration = given(migrationDecider);

const advance = (percent?: number, verdicts: readonly Verdict[] = []) =>
  ({ type: 'Advance', data: { ...act, verdicts, ...(percent === undefined ? {} : { percent }) } }) as const;
const rollBack = (force = false) => ({ type: 'RollBack', data: { ...act, force } }) as const;
const begin = (epoch: number, to: Stage, kind: 'advance' | 'rollback' = 'advance'): MigrationEvent => ({
  type: 'TransitionBegun',
  data: { epoch, to, kind, forced: false, verdicts: [], ...act },
});
const complete = (epoch: number): MigrationEvent => ({ type: 'TransitionCompleted', data: { epoch, at } });
const backfill: MigrationEvent = { type: 'BackfillCompleted', data: { at } };

const STAGES: readonly Stage[] = [
  { state: 'capture', percent: 0 },
  { state: 'shadow', percent: 0 },
  { state: 'canary', percent: 1 },
  { state: 'canary', percent: 10 },
  { state: 'canary', percent: 50 },
  { state: 'canary', percent: 100 },
  { state: 'live', percent: 100 },
  { state: 'rampdown', percent: 100 },
  { state: 'complete', percent: 100 },
];

/** The history up to this stage. */
const until = (count: number): readonly MigrationEvent[] =>
  STAGES.slice(0, count).flatMap((stage, index) => [
    begin(index + 1, stage),
    complete(index + 1),
    ...(index === 0 ? [backfill] : []),
  ]);

describe('advancing without evidence', () => {
  const withoutEvidence = (...verdicts: readonly Verdict[]) =>
    ({ type: 'Advance', data: { ...act, verdicts, withoutEvidence: true } }) as const;
  const errors: Verdict = { gate: 'errors', outcome: 'inconclusive', detail: '3 of 20' };

  it('waits for no gate that judges traffic, and says so in the event', () => {
    migration(...until(2))
      .when(withoutEvidence(errors))
      .then({
        type: 'TransitionBegun',
        data: { epoch: 3, to: STAGES[2]!, kind: 'advance', forced: false, verdicts: [errors], ...act },
      });
  });

  it('goes past no gate that failed, and waits for the audit', () => {
    migration(...until(2))
      .when(withoutEvidence({ ...errors, outcome: 'fail' }))
      .thenRejected('gate-failed');
    migration(...until(2))
      .when(withoutEvidence({ ...errors, gate: 'audit' }))
      .thenRejected('gate-inconclusive');
  });
});

describe('advancing a migration', () => {
  STAGES.forEach((stage, index) => {
    it(`leads to ${stage.state} ${String(stage.percent)} % as step ${String(index + 1)}`, () => {
      migration(...until(index))
        .when(advance())
        .then(begin(index + 1, stage));
    });
  });

  it('ends when it is complete', () => {
    migration(...until(STAGES.length))
      .when(advance())
      .thenRejected('nothing-to-advance');
  });

  it('takes another percentage for a canary, if it is larger', () => {
    migration(...until(3))
      .when(advance(25))
      .then(begin(4, { state: 'canary', percent: 25 }));
    migration(...until(3))
      .when(advance(1))
      .thenRejected('percent-not-larger');
    migration(...until(2))
      .when(advance(25))
      .thenRejected('percent-not-larger');
  });

  it('waits for the backfill, for a transition, for a release and for its gates', () => {
    migration(begin(1, STAGES[0]!), complete(1)).when(advance()).thenRejected('backfill-unfinished');
    migration(...until(2), begin(3, STAGES[2]!))
      .when(advance())
      .thenRejected('transition-under-way');
    migration(...until(2), { type: 'MigrationHeld', data: act })
      .when(advance())
      .thenRejected('migration-held');
    const gate = (outcome: Verdict['outcome']): Verdict => ({ gate: 'audit', outcome, detail: '' });
    migration(...until(2))
      .when(advance(undefined, [gate('fail')]))
      .thenRejected('gate-failed');
    migration(...until(2))
      .when(advance(undefined, [gate('inconclusive')]))
      .thenRejected('gate-inconclusive');
  });
});

describe('rolling a migration back', () => {
  it('leads to shadow from every stage in which the platform writes, and to off before', () => {
    for (const count of [3, 6, 7, 8])
      migration(...until(count))
        .when(rollBack())
        .then(begin(count + 1, { state: 'shadow', percent: 0 }, 'rollback'));
    for (const count of [1, 2])
      migration(...until(count))
        .when(rollBack())
        .then(begin(count + 1, { state: 'off', percent: 0 }, 'rollback'));
  });

  it('is refused when it is off, complete or being rolled back', () => {
    migration().when(rollBack()).thenRejected('nothing-to-roll-back');
    migration(...until(STAGES.length))
      .when(rollBack())
      .thenRejected('nothing-to-roll-back');
    migration(...until(3), begin(4, { state: 'shadow', percent: 0 }, 'rollback'))
      .when(rollBack())
      .thenRejected('transition-under-way');
  });

  it('goes before an advance that is under way', () => {
    migration(...until(3), begin(4, STAGES[3]!))
      .when(rollBack())
      .then(
        { type: 'TransitionAbandoned', data: { epoch: 4, because: 'A rollback was asked for.', at } },
        begin(5, { state: 'shadow', percent: 0 }, 'rollback'),
      );
  });

  it('to off forgets the backfill, since nothing is followed from then on', () => {
    const history = [...until(1), begin(2, { state: 'off', percent: 0 }, 'rollback'), complete(2)];
    expect(history.reduce(migrationDecider.evolve, migrationDecider.initial).backfill.completed).to.equal(false);
  });
});

describe('a transition', () => {
  it('is completed or abandoned once, by its own epoch only', () => {
    const history = [...until(2), begin(3, STAGES[2]!)];
    migration(...history)
      .when({ type: 'CompleteTransition', data: { epoch: 3, at } })
      .then(complete(3));
    migration(...history)
      .when({ type: 'CompleteTransition', data: { epoch: 2, at } })
      .thenNothing();
    migration(...history, complete(3))
      .when({ type: 'CompleteTransition', data: { epoch: 3, at } })
      .thenNothing();
    const abandon = { epoch: 3, because: 'The follower is behind.', at };
    migration(...history)
      .when({ type: 'AbandonTransition', data: abandon })
      .then({ type: 'TransitionAbandoned', data: abandon });
    const state = [...history, { type: 'TransitionAbandoned', data: abandon } as const].reduce(
      migrationDecider.evolve,
      migrationDecider.initial,
    );
    expect(state).to.deep.include({ stage: STAGES[1], transition: undefined, epoch: 3 });
  });
});

describe('the backfill of a migration', () => {
  const chunk = { table: 'wishlist_items', until: 'b', rows: 500, findings: 2 };
  const chunkEvent: MigrationEvent = { type: 'ChunkCopied', data: chunk };

  it('counts each chunk once', () => {
    migration(...until(1))
      .when({ type: 'CopyChunk', data: chunk })
      .then(chunkEvent);
    migration(...until(1), chunkEvent)
      .when({ type: 'CopyChunk', data: chunk })
      .thenNothing();
    migration(...until(1), chunkEvent)
      .when({ type: 'CopyChunk', data: { ...chunk, until: 'a' } })
      .thenNothing();
  });

  it('copies nothing while it is off', () => {
    migration().when({ type: 'CopyChunk', data: chunk }).thenNothing();
    migration().when({ type: 'CompleteBackfill', data: { at } }).thenNothing();
  });
});

describe('the lists of users that move first and last', () => {
  const lists = { allow: ['ada'], deny: ['ben'], ...act };

  it('change while nobody has moved, once', () => {
    migration(...until(2))
      .when({ type: 'SetExceptions', data: lists })
      .then({ type: 'ExceptionsSet', data: lists });
    migration({ type: 'ExceptionsSet', data: lists }).when({ type: 'SetExceptions', data: lists }).thenNothing();
    migration(...until(3))
      .when({ type: 'SetExceptions', data: lists })
      .thenRejected('users-moved');
  });
});

describe('what a forced rollback leaves behind', () => {
  it('is stated once', () => {
    const state = (rows: number) => ({ type: 'StateStranded', data: { epoch: 1, rows, at } }) as const;
    const to: Stage = { state: 'shadow', percent: 0 };
    const beginForced: MigrationEvent = {
      type: 'TransitionBegun',
      data: { epoch: 1, to, kind: 'rollback', forced: true, verdicts: [], ...act },
    };
    const finding: MigrationEvent = { type: 'WritesStranded', data: { epoch: 1, rows: 3, at } };
    migration(beginForced, complete(1)).when(state(3)).then(finding);
    migration(beginForced, complete(1), finding).when(state(0)).thenNothing();
    migration(begin(1, to, 'rollback'), complete(1))
      .when(state(3))
      .thenNothing();
  });
});
