import type { Queries } from '@lego-moc/postgres/database';
import type { Migration } from '@lego-moc/postgres/migrations';
import type { FollowerPositions } from '../../application/ports/follower-positions.ts';
import type { OutboxPosition } from '../../application/ports/legacy-database.ts';

export const POSITIONS: readonly Migration[] = [
  {
    id: 'follower-positions',
    sql: `CREATE TABLE follower_positions (
      capability text PRIMARY KEY,
      outbox json NOT NULL,
      log text NOT NULL
    )`,
  },
];

const NOWHERE = { outbox: { from: '0', until: '0', after: '0' }, log: 0n };

/** Positions may be older than what was done, never newer: whatever follows them is safe to repeat. */
export const postgresFollowerPositions = (db: Queries): FollowerPositions => {
  const load: FollowerPositions['load'] = async (capability) => {
    const row = await db.oneOrNone<{ outbox: OutboxPosition; log: string }>(
      'SELECT outbox, log FROM follower_positions WHERE capability = $1',
      [capability],
    );
    return row === null ? undefined : { outbox: row.outbox, log: BigInt(row.log) };
  };
  return {
    load,
    save: async (capability, positions) => {
      const { outbox, log } = { ...NOWHERE, ...(await load(capability)), ...positions };
      await db.none(
        `INSERT INTO follower_positions (capability, outbox, log) VALUES ($1, $2::json, $3)
         ON CONFLICT (capability) DO UPDATE SET outbox = excluded.outbox, log = excluded.log`,
        [capability, JSON.stringify(outbox), String(log)],
      );
    },
    forget: async (capability) => {
      await db.none('DELETE FROM follower_positions WHERE capability = $1', [capability]);
    },
  };
};
