import type { Database } from '@lego-moc/postgres/database';
import type { CatalogueCounts } from '../../application/import-catalogue.ts';

/** A published release with what its import counted. */
export type ReleaseRow = {
  readonly number: number;
  readonly id: string;
  readonly readyAt: string;
  readonly counts: CatalogueCounts;
};

/** The published releases, newest first: at most as many as an import leaves. */
export const publishedReleases = (db: Database): Promise<readonly ReleaseRow[]> =>
  db.any<ReleaseRow>(
    `SELECT number, id, ready_at AS "readyAt", counts FROM catalogue_release
      WHERE ready_at IS NOT NULL ORDER BY ready_at DESC, number DESC`,
  );

/** The release that everything is answered from. Throws before the first one is there, which no ready service is. */
export const newestRelease = async (db: Database): Promise<ReleaseRow> => {
  const [newest] = await publishedReleases(db);
  if (newest === undefined) throw new Error('There is no release of the catalogue yet');
  return newest;
};
