/** The ids of the MOCs in one tier of popularity. */
export type PopularityRow = { readonly tier: number; readonly moc_ids: readonly string[] };

/** The read model of popularity: a row for each tier. It is loaded as a whole, since likes do not change a MOC. */
export const popularityModel = (suffix: string) => ({
  name: `moc-popularity${suffix}`,
  columns: { tier: 'integer', moc_ids: 'text[]' } as const,
  indexes: [],
});

/** The id of a tier's row. */
export const tierId = (tier: number): string => `tier-${tier}`;
