import type { FoundDocument, FoundMoc } from '../contracts/http-api.ts';
import { countBuildable, type BuildableCounts } from './count-buildable.ts';
import type { BuildablePercentages } from './ports/buildable-percentages.ts';
import {
  CursorOfOtherIndex,
  type DocumentPage,
  type Position,
  type Search,
  type SearchIndex,
} from './ports/search-index.ts';

/** Each check reads the whole stock of the caller: at least so many candidates share one. */
const BATCH_MIN = 50;
/** Candidates of one page. A page that finds too few among them ends early, and the next one continues there. */
const CANDIDATES_MAX = 300;

export type BuildableFilter = {
  /** In percent of the pieces of a MOC. */
  readonly least: number;
  readonly percentagesOf: BuildablePercentages;
};

type Page = {
  readonly documents: readonly FoundDocument[];
  /** Where the next page continues. */
  readonly last: Position | undefined;
  readonly hasMore: boolean;
};

export type BuildablePage = Omit<DocumentPage, 'positions'> &
  Page &
  Partial<Pick<BuildableCounts, 'areFacetsPartial'>> & {
    /** Whether the documents were filtered; they are not while nobody knows what the caller can build. */
    readonly isFiltered: boolean;
  };

const mocsOf = (documents: readonly FoundDocument[]): readonly FoundMoc[] =>
  documents.flatMap((document) => (document.type === 'moc' ? [document] : []));

/** Candidates that nobody has checked, cut to a page. */
const uncheckedPage = ({ documents, positions, hasMore }: DocumentPage, limit: number): Page => ({
  documents: documents.slice(0, limit),
  last: positions[limit - 1] ?? positions.at(-1),
  hasMore: hasMore || documents.length > limit,
});

/** The page with the candidates of a batch that are buildable enough; it ends after the last candidate it needed. */
const addBuildable = (
  page: Page,
  batch: DocumentPage,
  checkMoc: (moc: FoundMoc) => FoundMoc | undefined,
  limit: number,
): Page => {
  const documents = [...page.documents];
  for (const [at, candidate] of mocsOf(batch.documents).entries()) {
    const moc = checkMoc(candidate);
    if (moc !== undefined) documents.push(moc);
    if (documents.length === limit)
      return { documents, last: batch.positions[at], hasMore: batch.hasMore || at + 1 < batch.documents.length };
  }
  return { documents, last: batch.positions.at(-1) ?? page.last, hasMore: batch.hasMore };
};

/** The next candidates; `undefined` when another index answers now, which ranks otherwise. */
const continueWith = (find: SearchIndex['find'], search: Search): Promise<DocumentPage | undefined> =>
  find(search).catch((error: unknown) => {
    if (error instanceof CursorOfOtherIndex) return undefined;
    throw error;
  });

/** Asks about each MOC once. */
const rememberPercentages = (percentagesOf: BuildablePercentages): BuildablePercentages => {
  const answers = new Map<string, number | undefined>();
  return async (mocIds) => {
    const unknownIds = mocIds.filter((id) => !answers.has(id));
    if (unknownIds.length > 0) {
      const percentages = await percentagesOf(unknownIds);
      if (percentages === undefined) return undefined;
      for (const id of unknownIds) answers.set(id, percentages.get(id));
    }
    return new Map(
      mocIds.flatMap((id) => {
        const percentage = answers.get(id);
        return percentage === undefined ? [] : [[id, percentage] as const];
      }),
    );
  };
};

/**
 * A page of the MOCs that the caller can build to a percentage. Looks ahead over a bounded number of candidates, so that
 * pages are full where many MOCs qualify; a page ends after the last candidate that was checked, so that none shifts. A
 * page has either only checked MOCs, or, when already the first ones cannot be checked, only unchecked ones.
 */
const findBuildablePage = async (
  find: SearchIndex['find'],
  { limit, ...search }: Omit<Search, 'facets'>,
  { least, percentagesOf }: BuildableFilter,
): Promise<BuildablePage> => {
  const batchSearch = { ...search, limit: Math.max(limit, BATCH_MIN) };
  const { positions, ...first } = await find(batchSearch);
  let page: Page = { documents: [], last: search.after, hasMore: true };
  let candidates = 0;
  let batch: DocumentPage | undefined = { ...first, positions };

  while (batch !== undefined) {
    const percentages = await percentagesOf(mocsOf(batch.documents).map(({ mocId }) => mocId));
    if (percentages === undefined) {
      if (candidates === 0) return { ...first, ...uncheckedPage(batch, limit), isFiltered: false };
      break;
    }
    const checkMoc = (moc: FoundMoc): FoundMoc | undefined => {
      const buildablePercentage = percentages.get(moc.mocId);
      return buildablePercentage !== undefined && buildablePercentage >= least
        ? { ...moc, buildablePercentage }
        : undefined;
    };
    page = addBuildable(page, batch, checkMoc, limit);
    candidates += batch.documents.length;
    const isDone = !page.hasMore || page.documents.length === limit || candidates >= CANDIDATES_MAX;
    batch =
      isDone || page.last === undefined
        ? undefined
        : await continueWith(find, { ...batchSearch, spelling: first.spelling, after: page.last });
  }
  return { ...first, ...page, isFiltered: true };
};

/** As `findBuildablePage`, with facets that count the MOCs of all pages; when none can be checked, all that match. */
export const findBuildable = async (
  find: SearchIndex['find'],
  { facets, ...search }: Search,
  { least, percentagesOf }: BuildableFilter,
): Promise<BuildablePage> => {
  const filter = { least, percentagesOf: rememberPercentages(percentagesOf) };
  const page = await findBuildablePage(find, search, filter);
  if (facets === undefined) return page;
  const { query, types, by, sort } = search;
  const match = { query, types, by, sort, spelling: page.spelling };
  if (!page.isFiltered) return { ...page, facets: (await find({ ...match, limit: 1, facets })).facets ?? {} };
  return { ...page, ...(await countBuildable(find, match, facets, { ...filter, candidatesMax: CANDIDATES_MAX })) };
};
