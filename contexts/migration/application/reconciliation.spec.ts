import { expect } from 'chai';
import { foldedStates } from '@lego-moc/application/folded-states';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import type { Instant } from '@lego-moc/kernel/message';
import { migrationDecider } from '../domain/migration.ts';
import type { MigrationEvent, Stage } from '../domain/migration-events.ts';
import { row, twoSides } from '../testing/two-sides.ts';
import { auditor } from './audit.ts';
import { rowReconciler } from './reconciliation.ts';

const at = '2026-01-01T12:00:00.000Z' as Instant;
const act = { actor: 'olga', reason: 'they asked for it', at };
const cause = { commandId: '0190a0a0-0000-7000-8000-000000000001', correlationId: 'c-1', actor: 'olga' };
const SHADOW: Stage = { state: 'shadow', percent: 0 };

describe('reconciling rows that differ', () => {
  const given = async (stage: Stage, ...sides: Parameters<typeof twoSides>) => {
    const { legacy, target, rows, captures } = twoSides(...sides);
    const streams = inMemoryStreams<MigrationEvent>('migration');
    const begin = { epoch: 1, to: stage, kind: 'rollback', forced: true, actor: 'olga', reason: 'planned' } as const;
    await streams.append(
      'wishlist',
      [
        { type: 'TransitionBegun', data: { ...begin, verdicts: [], at } },
        { type: 'TransitionCompleted', data: { epoch: 1, at } },
        { type: 'WritesStranded', data: { epoch: 1, rows: 2, at } },
      ],
      'no-stream',
      { ...cause, commandId: '0190a0a0-0000-7000-8000-000000000000' },
    );
    const states = foldedStates(migrationDecider, streams);
    const report = await auditor({ legacy, target, secondLookMs: 0, untilFollowed: () => Promise.resolve() })();
    const audits = { status: () => ({ ...report, running: false, finishedAt: at }) };
    return {
      reconcile: rowReconciler({ states, legacy, target, audits }),
      ...{ rows, captures },
      stranded: async () => (await states.latest('wishlist')).state.stranded,
    };
  };
  const castle = row('1', 'ada', 'Castle');
  const tower = row('1', 'ada', 'Tower');
  const ship = row('2', 'ben', 'Ship');

  it('writes what the platform has to the monolith, and says how many rows', async () => {
    const { reconcile, rows, stranded } = await given(SHADOW, [castle], [tower, ship]);
    expect(await reconcile({ ...act, keep: 'platform', ids: [] }, cause)).to.deep.equal({ rows: 2 });
    expect(rows.legacy).to.deep.equal([tower, ship]);
    expect(await stranded()).to.equal(0);
  });

  it('deletes at the monolith what the platform has not', async () => {
    const { reconcile, rows } = await given(SHADOW, [castle, ship], [castle]);
    expect(await reconcile({ ...act, keep: 'platform', ids: [] }, cause)).to.deep.equal({ rows: 1 });
    expect(rows.legacy).to.deep.equal([castle]);
  });

  it('lets the follower take over what the monolith has, and what it has not as deleted', async () => {
    const { reconcile, rows, captures } = await given(SHADOW, [castle], [tower, ship]);
    expect(await reconcile({ ...act, keep: 'legacy', ids: [] }, cause)).to.deep.equal({ rows: 2 });
    expect(captures).to.deep.equal([
      { ids: ['1'], missing: [] },
      { ids: [], missing: ['2'] },
    ]);
    expect(rows.legacy).to.deep.equal([castle]);
  });

  it('touches the rows alone that were named', async () => {
    const { reconcile, rows, stranded } = await given(SHADOW, [castle], [tower, ship]);
    expect(await reconcile({ ...act, keep: 'platform', ids: ['2'] }, cause)).to.deep.equal({ rows: 1 });
    expect(rows.legacy).to.deep.equal([castle, ship]);
    expect(await stranded()).to.equal(1);
  });

  it('does nothing the second time', async () => {
    const { reconcile } = await given(SHADOW, [castle], [tower]);
    await reconcile({ ...act, keep: 'platform', ids: [] }, cause);
    const again = { ...cause, commandId: '0190a0a0-0000-7000-8000-000000000002' };
    expect(await reconcile({ ...act, keep: 'platform', ids: [] }, again)).to.deep.equal({ rows: 0 });
  });

  it('is refused while the platform writes for somebody, and where nothing is followed', async () => {
    for (const [stage, rejected] of [
      [{ state: 'canary', percent: 1 }, 'users-moved'],
      [{ state: 'off', percent: 0 }, 'nothing-to-reconcile'],
    ] as const) {
      const { reconcile, rows } = await given(stage, [castle], [tower]);
      expect(await reconcile({ ...act, keep: 'platform', ids: [] }, cause)).to.include({ rejected });
      expect(rows.legacy).to.deep.equal([castle]);
    }
  });
});
