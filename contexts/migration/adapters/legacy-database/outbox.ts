import type { Database } from '@lego-moc/postgres/database';
import type {
  LegacyChange,
  LegacyDatabase,
  LegacyRow,
  OutboxPosition,
} from '../../application/ports/legacy-database.ts';

type OutboxRow = Omit<LegacyChange, 'table' | 'row'> & { readonly table_name: string; readonly row_data: LegacyRow };

const begin = (from: string, until: string): OutboxPosition => ({ from, until, after: '0' });

/**
 * Reads what triggers captured. Sequences are drawn before transactions commit, so changes are read in windows of
 * transactions that have all ended (below `pg_snapshot_xmin`), and by sequence within a window.
 */
export const outboxOf = (db: Database): Pick<LegacyDatabase, 'outboxEnd' | 'readOutbox' | 'trimOutbox'> => {
  /** The oldest transaction that has not ended: whatever is below it is committed or gone. */
  const horizon = async (): Promise<string> =>
    (await db.one<{ xid: string }>('SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xid')).xid;

  return {
    outboxEnd: async () => {
      const xid = await horizon();
      return begin(xid, xid);
    },

    readOutbox: async (tables, position, limit) => {
      const isWindowDone = position.from === position.until;
      const window = isWindowDone ? begin(position.until, await horizon()) : position;
      const rows = await db.any<OutboxRow>(
        `SELECT sequence, table_name, operation, row_data, changed_at AS "changedAt"
         FROM strangler.outbox
         WHERE transaction_id >= $1::xid8 AND transaction_id < $2::xid8 AND sequence > $3
           AND table_name = ANY($4::text[]) AND origin IS DISTINCT FROM 'platform'
         ORDER BY sequence LIMIT $5`,
        [window.from, window.until, window.after, tables, limit],
      );
      const changes = rows.map(({ table_name: table, row_data: row, ...change }) => ({ ...change, table, row }));
      const last = changes.at(-1);
      if (last !== undefined && changes.length === limit)
        return { changes, next: { ...window, after: String(last.sequence) }, isCaughtUp: false };
      return { changes, next: begin(window.until, window.until), isCaughtUp: isWindowDone };
    },

    trimOutbox: async ({ from }) => {
      const { rowCount } = await db.withoutTimeouts.result(
        'DELETE FROM strangler.outbox WHERE transaction_id < $1::xid8',
        [from],
      );
      return rowCount;
    },
  };
};
