import type { Database } from '@lego-moc/postgres/database';
import type { SetPartsQuery, SetPartsReply, SetReply, SetsQuery, SetsReply } from '../../contracts/set-api.ts';
import { partKey } from '../../domain/catalogue.ts';
import { newestRelease } from './newest-release.ts';
import { IS_UNOPENED, OPENED_SETS } from './opened-sets.ts';
import { wordsOf } from './part-search.ts';

type SetRow = Omit<SetReply, 'release' | 'versions' | 'contents'> & { readonly key: string };
type InventoryRow = { readonly inventoryId: number; readonly version: number };
type Totals = Pick<SetPartsReply, 'lots' | 'pieces' | 'spares'>;
type Contents = SetReply['contents'];

export type SetQueries = {
  readonly searchSets: (query: SetsQuery) => Promise<SetsReply>;
  /** `undefined` when the newest release has neither this set or minifig nor an inventory of it. */
  readonly set: (setNumber: string) => Promise<SetReply | undefined>;
  /** `undefined` also when the version is not there, or no parts of it are. */
  readonly setParts: (setNumber: string, query: SetPartsQuery) => Promise<SetPartsReply | undefined>;
};

/** Sets by number, the very one before the first edition of it: 10255 is 10255-1. */
const SET = `
  SELECT key, coalesce(catalogue_set.set_number, inventory.set_number) AS "setNumber",
         coalesce(kind, 'set') AS kind, coalesce(name, '') AS name, year, pieces
    FROM (SELECT * FROM catalogue_set WHERE release = $1 AND key = ANY($2::text[])) catalogue_set
    FULL JOIN (SELECT DISTINCT key, set_number FROM inventory WHERE release = $1 AND key = ANY($2::text[])) inventory
        USING (key)
   ORDER BY length(key) LIMIT 1`;

const PARTS = `${OPENED_SETS}, part_sum AS (
    SELECT part_number, colour_id, is_spare, sum(quantity * times) AS quantity
      FROM opened JOIN inventory_part ON inventory_part.release = $1 AND inventory_part.inventory_id = opened.inventory_id
     GROUP BY part_number, colour_id, is_spare
  )`;

const UNOPENED_LOTS = `${OPENED_SETS}
  SELECT key AS "setNumber", coalesce(name, '') AS name, coalesce(kind, 'set') AS kind,
         sum(inventory_set.quantity * times) AS quantity
    FROM opened
    JOIN inventory_set ON inventory_set.release = $1 AND inventory_set.inventory_id = opened.inventory_id
    LEFT JOIN catalogue_set USING (release, key)
   WHERE ${IS_UNOPENED}
   GROUP BY key, name, kind ORDER BY key LIMIT 100`;

const CONTENTS = `
  SELECT coalesce(catalogue_set.set_number, key) AS "setNumber", coalesce(name, '') AS name,
         coalesce(kind, 'set') AS kind, quantity
    FROM inventory_set LEFT JOIN catalogue_set USING (release, key)
   WHERE release = $1 AND inventory_id = $2 ORDER BY key LIMIT 1000`;

/** A page of what is in the inventories `roots`: a release, names and ids. */
const openParts = async (
  db: Database,
  roots: readonly [number, readonly string[], readonly number[]],
  { cursor, limit }: Pick<SetPartsQuery, 'cursor' | 'limit'>,
): Promise<Omit<SetPartsReply, 'release' | 'setNumber' | 'name' | 'version'>> => {
  const totals = await db.one<Totals>(
    `${PARTS} SELECT count(*)::integer AS lots, coalesce(sum(quantity) FILTER (WHERE NOT is_spare), 0) AS pieces,
                     coalesce(sum(quantity) FILTER (WHERE is_spare), 0) AS spares FROM part_sum`,
    roots,
  );
  const parts = await db.any<SetPartsReply['parts'][number]>(
    `${PARTS} SELECT coalesce(part.part_number, part_sum.part_number) AS "partNumber", part.name AS "partName",
                     colour_id AS "colourId", colour.name AS "colourName", quantity, is_spare AS "isSpare"
                FROM part_sum LEFT JOIN part ON part.release = $1 AND part.key = lower(part_sum.part_number)
                LEFT JOIN colour ON colour.release = $1 AND colour.id = colour_id
               ORDER BY part_sum.part_number, colour_id, is_spare OFFSET $4 LIMIT $5`,
    [...roots, cursor, limit],
  );
  const unopenedLots = await db.any<Contents[number]>(UNOPENED_LOTS, roots);
  const nextCursor = cursor + parts.length < totals.lots ? cursor + parts.length : null;
  return { ...totals, unopened: [...unopenedLots], parts: [...parts], nextCursor };
};

/** What the newest release has of sets and minifigs. */
export const setQueries = (db: Database): SetQueries => {
  const findSet = (release: number, setNumber: string): Promise<SetRow | null> => {
    const key = partKey(setNumber);
    return db.oneOrNone<SetRow>(SET, [release, key.includes('-') ? [key] : [key, `${key}-1`]]);
  };

  /** Newest first. */
  const inventoriesOf = (release: number, key: string): Promise<readonly InventoryRow[]> =>
    db.any<InventoryRow>(
      `SELECT inventory_id AS "inventoryId", version FROM inventory WHERE release = $1 AND key = $2
        ORDER BY version DESC, inventory_id DESC LIMIT 100`,
      [release, key],
    );

  return {
    searchSets: async ({ q, kind, cursor, limit }) => {
      const { number, id } = await newestRelease(db);
      const words = wordsOf(q);
      if (words === '') return { release: id, sets: [], nextCursor: null };
      const rows = await db.any<SetRow>(
        `SELECT key, set_number AS "setNumber", kind, name, year, pieces FROM catalogue_set
          WHERE release = $1 AND to_tsvector('simple', set_number || ' ' || name) @@ to_tsquery('simple', $2)
            AND ($3::text IS NULL OR kind = $3) AND ($4::text IS NULL OR (length(key), key) > (length($4), $4))
          ORDER BY length(key), key LIMIT $5`,
        [number, words, kind ?? null, cursor ?? null, limit + 1],
      );
      const page = rows.slice(0, limit);
      return {
        release: id,
        sets: page.map(({ setNumber, kind: setKind, name, year, pieces }) => ({
          setNumber,
          kind: setKind,
          name,
          year,
          pieces,
        })),
        nextCursor: rows.length > limit ? (page.at(-1)?.key ?? null) : null,
      };
    },

    set: async (setNumber) => {
      const { number, id } = await newestRelease(db);
      const row = await findSet(number, setNumber);
      if (row === null) return undefined;
      const { key, ...set } = row;
      const inventories = await inventoriesOf(number, key);
      const [newest] = inventories;
      const contents =
        newest === undefined ? [] : await db.any<Contents[number]>(CONTENTS, [number, newest.inventoryId]);
      return { release: id, ...set, versions: inventories.map(({ version }) => version), contents: [...contents] };
    },

    setParts: async (setNumber, { version, cursor, limit }) => {
      const { number, id } = await newestRelease(db);
      const set = await findSet(number, setNumber);
      const inventories = set === null ? [] : await inventoriesOf(number, set.key);
      const inventory = inventories.find((entry) => version === undefined || entry.version === version);
      if (set === null || inventory === undefined) return undefined;
      const contents = await openParts(db, [number, [set.key], [inventory.inventoryId]], { cursor, limit });
      if (contents.lots === 0) return undefined;
      return { release: id, setNumber: set.setNumber, name: set.name, version: inventory.version, ...contents };
    },
  };
};
