import { FACET_VALUES_MAX, PIECES_RANGES } from '../../application/pieces-ranges.ts';
import type { FacetCounts, FacetName } from '../../contracts/http-api.ts';
import type { Query } from '../../domain/query.ts';
import { filterClauses, type Clause } from './matching.ts';

const terms = (field: string): Clause => ({
  terms: { field, size: FACET_VALUES_MAX + 1, order: [{ _count: 'desc' }, { _key: 'asc' }] },
});

const COUNTS: Readonly<Record<FacetName, Clause>> = {
  theme: terms('theme_key'),
  tag: terms('tag_keys'),
  colour: terms('colour_keys'),
  by: terms('owner'),
  year: terms('year'),
  pieces: {
    range: {
      field: 'total_pieces',
      ranges: PIECES_RANGES.map(({ value, from, to }) => ({
        key: value,
        from,
        ...(to === undefined ? {} : { to: to + 1 }),
      })),
    },
  },
  has: {
    filters: {
      filters: { instructions: { term: { has_instructions: true } }, parts: { term: { has_parts: true } } },
    },
  },
};

/** The documents that have a value of a facet, where not all do. */
const HAS_VALUE: Partial<Readonly<Record<FacetName, Clause>>> = {
  pieces: { terms: { type: ['moc', 'set'] } },
  year: { range: { year: { gte: 1 } } },
};

/** An aggregation for each facet, which knows all filters but the facet's own. */
export const facetAggregations = (query: Query, names: readonly FacetName[]): Clause => {
  const filters = filterClauses(query);
  return Object.fromEntries(
    names.map((name) => {
      const others = filters.filter(({ facet }) => facet !== name).map(({ clause }) => clause);
      const condition = HAS_VALUE[name];
      const filter = { bool: { filter: condition === undefined ? others : [...others, condition] } };
      return [name, { filter, aggs: { values: COUNTS[name] } }];
    }),
  );
};

type Bucket = { readonly key?: string | number; readonly doc_count: number };
type Aggregation = { readonly values: { readonly buckets: readonly Bucket[] | Readonly<Record<string, Bucket>> } };

const bucketsOf = ({ values: { buckets } }: Aggregation): readonly Bucket[] =>
  Array.isArray(buckets)
    ? (buckets as readonly Bucket[])
    : Object.entries(buckets as Record<string, Bucket>).map(([key, { doc_count }]) => ({ key, doc_count }));

/** The counts of the aggregations, without values of no document and without the empty value. */
export const facetCountsOf = (aggregations: Readonly<Record<string, unknown>>): FacetCounts =>
  Object.fromEntries(
    Object.entries(aggregations).map(([name, aggregation]) => [
      name,
      bucketsOf(aggregation as Aggregation)
        .map(({ key, doc_count }) => ({ value: String(key ?? ''), count: doc_count }))
        .filter(({ value, count }) => value !== '' && count > 0)
        .sort((facet, other) => other.count - facet.count || (facet.value < other.value ? -1 : 1))
        .slice(0, FACET_VALUES_MAX),
    ]),
  );
