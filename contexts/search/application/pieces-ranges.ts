/** The ranges that the facet `pieces` counts, as the filter takes them. The last one is open. */
export const PIECES_RANGES = [
  { value: '..99', from: 0, to: 99 },
  { value: '100..499', from: 100, to: 499 },
  { value: '500..999', from: 500, to: 999 },
  { value: '1000..1999', from: 1000, to: 1999 },
  { value: '2000..4999', from: 2000, to: 4999 },
  { value: '5000..', from: 5000, to: undefined },
] as const;

/** Values of a facet that are answered. */
export const FACET_VALUES_MAX = 20;
