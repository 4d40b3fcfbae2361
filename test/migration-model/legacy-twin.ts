import type {
  Authority,
  LegacyChange,
  LegacyDatabase,
  LegacyRow,
} from '../../contexts/migration/application/ports/legacy-database.ts';
import { sideAt } from '../../contexts/migration/contracts/routing.ts';

const CAPABILITY = 'wishlist';
const TABLE = 'wishlist_items';
const NO_AUTHORITY: Authority = { epoch: 0, percent: 0, allow: [], deny: [], nextPercent: null };

type OutboxRow = LegacyChange & { readonly origin: 'platform' | undefined };

/** The monolith's database in memory: rows, outbox and guard, as its triggers keep them. */
export const legacyTwin = () => {
  const rows = new Map<string, LegacyRow>();
  let outbox: OutboxRow[] = [];
  let authority: Authority | undefined;
  let sequence = 0n;

  const capture = (operation: LegacyChange['operation'], row: LegacyRow, origin?: 'platform'): void => {
    sequence += 1n;
    if (authority !== undefined) outbox.push({ sequence, table: TABLE, operation, row, changedAt: '', origin });
  };

  const set = (row: LegacyRow, origin?: 'platform'): void => {
    capture(rows.has(row.id) ? 'update' : 'insert', row, origin);
    rows.set(row.id, row);
  };
  const remove = (id: string, origin?: 'platform'): void => {
    const row = rows.get(id);
    if (row === undefined) return;
    capture('delete', row, origin);
    rows.delete(id);
  };

  const inOrder = (): readonly LegacyRow[] =>
    [...rows.values()].toSorted((first, other) => (first.id < other.id ? -1 : 1));
  const rowsOf = (owner: string): readonly LegacyRow[] => inOrder().filter((row) => row['user_id'] === owner);
  const owners = (): readonly string[] => [...new Set(inOrder().map((row) => String(row['user_id'])))].toSorted();

  /** Whether the guard refuses a write of the monolith for the user. */
  const isGuarded = (owner: string): boolean => {
    if (authority === undefined) return false;
    const rule = { capability: CAPABILITY, allow: authority.allow, deny: authority.deny } as const;
    const percents = [authority.percent, authority.nextPercent ?? 0];
    return percents.some((percent) => sideAt(rule, percent, owner) === 'platform');
  };

  const database: LegacyDatabase = {
    install: () => {
      authority ??= NO_AUTHORITY;
      return Promise.resolve();
    },
    uninstall: () => {
      authority = undefined;
      outbox = [];
      return Promise.resolve();
    },
    outboxEnd: () => {
      const end = String(sequence + 1n);
      return Promise.resolve({ from: end, until: end, after: '0' });
    },
    readOutbox: (_tables, position, limit) => {
      const isDone = position.from === position.until;
      const window = isDone ? { from: position.until, until: String(sequence + 1n), after: '0' } : position;
      const changes = outbox
        .filter(
          ({ sequence: at, origin }) =>
            at >= BigInt(window.from) && at < BigInt(window.until) && at > BigInt(window.after) && origin === undefined,
        )
        .slice(0, limit);
      const last = changes.at(-1);
      if (last !== undefined && changes.length === limit)
        return Promise.resolve({ changes, next: { ...window, after: String(last.sequence) }, isCaughtUp: false });
      const next = { from: window.until, until: window.until, after: '0' };
      return Promise.resolve({ changes, next, isCaughtUp: isDone });
    },
    trimOutbox: () => Promise.resolve(0),
    readRows: (_table, after, limit) =>
      Promise.resolve(
        inOrder()
          .filter(({ id }) => id > (after ?? ''))
          .slice(0, limit),
      ),
    countRows: () => Promise.resolve(rows.size),
    readRowsOf: (_table, owner) => Promise.resolve(rowsOf(owner)),
    readOwners: (_table, after, limit) =>
      Promise.resolve(
        owners()
          .filter((owner) => owner > (after ?? ''))
          .slice(0, limit),
      ),
    ownersAmong: (_table, some) => Promise.resolve(owners().filter((owner) => some.includes(owner))),
    setAuthority: (_capability, next) => {
      if (authority !== undefined && next.epoch >= authority.epoch) authority = next;
      return Promise.resolve();
    },
    applyChanges: (_table, { upserts, deletions }) => {
      for (const id of deletions) remove(id, 'platform');
      for (const row of upserts) set(row, 'platform');
      return Promise.resolve();
    },
    captureRows: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };

  return { database, set, remove, rowsOf, isGuarded };
};
