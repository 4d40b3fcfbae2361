import type { LegacyDatabase, LegacyRow } from '../application/ports/legacy-database.ts';
import type { Target } from '../application/ports/target.ts';

export const TABLE = 'wishlist_items';

export const row = (id: string, owner: string, title: string): LegacyRow => ({ id, user_id: owner, title });

const listIdOf = (owner: string): string => `list-${owner}`;

const ownersOf = (rows: readonly LegacyRow[]): readonly string[] =>
  [...new Set(rows.map((some) => String(some['user_id'])))].toSorted();

const ofOwner = (rows: readonly LegacyRow[], owner: string): readonly LegacyRow[] =>
  rows.filter((some) => some['user_id'] === owner);

/** Both sides with their rows, as far as comparing and reconciling go; what was to be captured is listed. */
export const twoSides = (atLegacy: readonly LegacyRow[], onPlatform: readonly LegacyRow[]) => {
  const rows = { legacy: [...atLegacy], platform: [...onPlatform] };
  const captures: { readonly ids: readonly string[]; readonly missing: readonly string[] }[] = [];
  const legacy: Pick<LegacyDatabase, 'readOwners' | 'readRowsOf' | 'ownersAmong' | 'applyChanges' | 'captureRows'> = {
    readOwners: (_table, after, limit) =>
      Promise.resolve(
        ownersOf(rows.legacy)
          .filter((owner) => owner > (after ?? ''))
          .slice(0, limit),
      ),
    readRowsOf: (_table, owner) => Promise.resolve(ofOwner(rows.legacy, owner)),
    ownersAmong: (_table, owners) => Promise.resolve(ownersOf(rows.legacy).filter((owner) => owners.includes(owner))),
    applyChanges: (_table, { upserts, deletions }) => {
      const changedIds = [...deletions, ...upserts.map(({ id }) => id)];
      rows.legacy = [...rows.legacy.filter(({ id }) => !changedIds.includes(id)), ...upserts];
      return Promise.resolve();
    },
    captureRows: (_table, ids, missing) => {
      captures.push({ ids, missing: missing.map(({ id }) => id) });
      return Promise.resolve();
    },
  };
  const target: Pick<Target, 'capability' | 'tables' | 'aggregateIdOf' | 'readAggregate' | 'listAggregates'> = {
    capability: 'wishlist',
    tables: [{ name: TABLE, ownedBy: 'user_id' }],
    aggregateIdOf: listIdOf,
    readAggregate: (id) => {
      const owner = ownersOf(rows.platform).find((some) => listIdOf(some) === id);
      const own = owner === undefined ? [] : ofOwner(rows.platform, owner);
      return Promise.resolve({ owner, table: TABLE, rows: own, deleted: [] });
    },
    listAggregates: (after, limit) =>
      Promise.resolve(
        ownersOf(rows.platform)
          .map((owner) => ({ id: listIdOf(owner), owner }))
          .filter(({ id }) => id > (after ?? ''))
          .slice(0, limit),
      ),
  };
  return { legacy, target, rows, captures };
};
