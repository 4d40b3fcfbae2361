/** Whether two lists hold the same strings in the same order. */
export const sameStrings = (first: readonly string[], other: readonly string[]): boolean =>
  first.length === other.length && first.every((text, index) => text === other[index]);
