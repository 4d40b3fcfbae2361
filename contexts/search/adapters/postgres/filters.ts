import type { Match, Search } from '../../application/ports/search-index.ts';
import type { FacetName } from '../../contracts/http-api.ts';

/** A condition of one filter, with its values bound. */
export type FilterCondition = { readonly facet: FacetName; readonly condition: string; readonly values: object };

const rangeOf = (facet: 'pieces' | 'year', column: string, range: { readonly from: number; readonly to: number }) => ({
  facet,
  condition: `${column} BETWEEN $<${facet}From>::integer AND $<${facet}To>::integer`,
  values: { [`${facet}From`]: range.from, [`${facet}To`]: range.to },
});

/** The conditions of a query's filters on a row, each by its facet. */
export const filterConditions = ({ query: { filters } }: Pick<Match, 'query'>): readonly FilterCondition[] => {
  const { theme, tag, colour, by, pieces, year, has } = filters;
  return [
    theme === undefined ? [] : [{ facet: 'theme' as const, condition: 'theme_key = $<theme>', values: { theme } }],
    tag === undefined ? [] : [{ facet: 'tag' as const, condition: 'tag_keys @> ARRAY[$<tag>]', values: { tag } }],
    colour === undefined
      ? []
      : [{ facet: 'colour' as const, condition: 'colour_keys @> ARRAY[$<colour>]', values: { colour } }],
    by === undefined ? [] : [{ facet: 'by' as const, condition: 'owner = $<owner>', values: { owner: by } }],
    pieces === undefined ? [] : [rangeOf('pieces', 'total_pieces', pieces)],
    year === undefined ? [] : [rangeOf('year', 'year', year)],
    has === undefined ? [] : [{ facet: 'has' as const, condition: `has_${has}`, values: {} }],
  ].flat();
};

/** The rows that `$<caller>` may see. */
export const VISIBLE = `(status = 'published' OR owner = $<caller>)`;

/** The condition of `among`, with its values bound. */
export const amongCondition = ({ among }: Pick<Search, 'among'>): readonly string[] =>
  among === undefined ? [] : ['id = ANY ($<among>::text[])'];
