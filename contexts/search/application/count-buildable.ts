import type { FacetCounts, FacetName } from '../contracts/http-api.ts';
import type { Query } from '../domain/query.ts';
import type { BuildablePercentages } from './ports/buildable-percentages.ts';
import { CursorOfOtherIndex, type DocumentPage, type Search, type SearchIndex } from './ports/search-index.ts';

/** As many as inventory checks at once. */
const BATCH = 100;

export type BuildableCounts = {
  readonly facets: FacetCounts;
  /** More MOCs match than were checked. */
  readonly areFacetsPartial: boolean;
};

/** A facet counts without its own filter. */
const withoutOwnFilters = ({ filters, ...query }: Query, facets: readonly FacetName[]): Query => {
  const others = Object.entries(filters).filter(([name]) => !(facets as readonly string[]).includes(name));
  return { ...query, filters: { has: 'parts', ...(Object.fromEntries(others) as Query['filters']) } };
};

type Counting = {
  readonly least: number;
  readonly percentagesOf: BuildablePercentages;
  /** Checked at most; the rest is not counted. */
  readonly candidatesMax: number;
};

/** The ids of the MOCs that are buildable enough among the first candidates. */
const findBuildableIds = async (
  find: SearchIndex['find'],
  search: Search,
  { least, percentagesOf, candidatesMax }: Counting,
): Promise<{ readonly ids: readonly string[]; readonly areAll: boolean }> => {
  const ids: string[] = [];
  let page: DocumentPage | undefined;
  for (let candidates = 0; candidates < candidatesMax; candidates += BATCH) {
    const after = page?.positions.at(-1);
    page = await find({ ...search, limit: BATCH, ...(after === undefined ? {} : { after }) });
    const mocIds = page.documents.flatMap((document) => (document.type === 'moc' ? [document.mocId] : []));
    const percentages = await percentagesOf(mocIds);
    if (percentages === undefined) return { ids, areAll: false };
    ids.push(...mocIds.filter((id) => (percentages.get(id) ?? -1) >= least));
    if (!page.hasMore) return { ids, areAll: true };
  }
  return { ids, areAll: false };
};

/** Counts facets of the MOCs that are buildable enough, among the first candidates of a search. */
export const countBuildable = async (
  find: SearchIndex['find'],
  search: Omit<Search, 'after' | 'facets' | 'limit'>,
  facets: readonly FacetName[],
  counting: Counting,
): Promise<BuildableCounts> => {
  const candidates = { ...search, query: withoutOwnFilters(search.query, facets), limit: BATCH };
  const { ids, areAll } = await findBuildableIds(find, candidates, counting).catch((error: unknown) => {
    // Another index answers now, and ranks otherwise.
    if (error instanceof CursorOfOtherIndex) return { ids: [], areAll: false };
    throw error;
  });
  if (ids.length === 0)
    return { facets: Object.fromEntries(facets.map((name) => [name, []])), areFacetsPartial: !areAll };
  const counts = (await find({ ...search, among: ids, facets, limit: 1 })).facets ?? {};
  return { facets: counts, areFacetsPartial: !areAll };
};
