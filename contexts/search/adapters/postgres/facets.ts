import type { Queries } from '@lego-moc/postgres/database';
import { FACET_VALUES_MAX, PIECES_RANGES } from '../../application/pieces-ranges.ts';
import type { Match, Search } from '../../application/ports/search-index.ts';
import type { FacetCounts, FacetName } from '../../contracts/http-api.ts';
import { amongCondition, filterConditions, VISIBLE, type FilterCondition } from './filters.ts';
import { rowsOf } from './indexes.ts';
import { matchText } from './matching.ts';
import type { SimilarWords } from './similar-words.ts';

const piecesRange = `CASE ${PIECES_RANGES.map(({ value, from }) => `WHEN total_pieces >= ${from} THEN '${value}'`)
  .toReversed()
  .join(' ')} END`;

/** The value of a row by facet, and what must hold for it to have one. Tags and `has` are rows of their own. */
const VALUES: Readonly<
  Record<FacetName, { readonly value: string; readonly from?: string; readonly condition: string }>
> = {
  theme: { value: 'theme_key', condition: `theme_key <> ''` },
  tag: { value: 'a_tag', from: ', unnest(tag_keys) AS a_tag', condition: `a_tag <> ''` },
  colour: { value: 'a_colour', from: ', unnest(colour_keys) AS a_colour', condition: `a_colour <> ''` },
  by: { value: 'owner', condition: `owner <> ''` },
  year: { value: 'year::text', condition: 'year > 0' },
  pieces: { value: piecesRange, condition: `type IN ('moc', 'set')` },
  has: {
    value: 'a_part',
    from: `, unnest(ARRAY['instructions', 'parts'], ARRAY[has_instructions, has_parts]) AS parts (a_part, is_there)`,
    condition: 'is_there',
  },
};

const countBy = (name: FacetName, filters: readonly FilterCondition[]): string => {
  const { value, from = '', condition } = VALUES[name];
  const others = filters.filter(({ facet }) => facet !== name).map(({ condition }) => condition);
  return `(SELECT '${name}' AS facet, ${value} AS value, count(*)::integer AS count FROM matched${from}
    WHERE ${[condition, ...others].join(' AND ')} GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT ${FACET_VALUES_MAX})`;
};

/** More matches are not looked at: counting all of a word that is everywhere takes longer than anybody waits. */
const MATCHES_MAX = 5_000;

/** The filters that rows have to pass to count for any of these facets: all, or all but the facet's own. */
const passesEnough = (filters: readonly FilterCondition[], names: readonly FacetName[]): readonly string[] => {
  const [own, others] = [
    filters.filter(({ facet }) => names.includes(facet)),
    filters.filter(({ facet }) => !names.includes(facet)),
  ];
  const failures = own.map(({ condition }) => `(NOT (${condition}))::integer`);
  return [...others.map(({ condition }) => condition), ...(own.length < 2 ? [] : [`${failures.join(' + ')} <= 1`])];
};

type CountRow = { readonly facet: FacetName; readonly value: string; readonly count: number };

/** As `SearchIndex.facets`: the rows that the words match are read once, and counted for each facet. */
export const countFacets = async (
  db: Queries,
  match: Match & Pick<Search, 'among'>,
  similarWords: SimilarWords,
  names: readonly FacetName[],
): Promise<FacetCounts> => {
  const { condition, values } = matchText(match.query, similarWords);
  const filters = filterConditions(match);
  const conditions = [VISIBLE, condition, ...amongCondition(match), ...passesEnough(filters, names)];
  const counts = await db.any<CountRow>(
    `WITH matched AS MATERIALIZED (
       SELECT type, owner, theme_key, tag_keys, colour_keys, total_pieces, year, has_instructions, has_parts
       FROM ${rowsOf(match.types)} WHERE ${conditions.join(' AND ')} LIMIT ${MATCHES_MAX})
     ${names.map((name) => countBy(name, filters)).join(' UNION ALL ')}`,
    Object.assign(
      { caller: match.by, among: match.among, ...values },
      ...filters.map((filter) => filter.values),
    ) as object,
  );
  const valuesOf = (name: FacetName) =>
    counts.filter(({ facet }) => facet === name).map(({ value, count }) => ({ value, count }));
  return Object.fromEntries(names.map((name) => [name, valuesOf(name)]));
};
