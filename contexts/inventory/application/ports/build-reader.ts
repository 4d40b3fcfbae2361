import type { UserId } from '@lego-moc/kernel/message';
import type { BuildsQuery, ListedBuild } from '../../contracts/builds-api.ts';

/** Builds from the read model: a moment behind their streams. */
export interface BuildReader {
  /** The latest change first. */
  page(
    reader: UserId,
    query: BuildsQuery,
  ): Promise<{ readonly builds: readonly ListedBuild[]; readonly nextCursor: string | null }>;
}
