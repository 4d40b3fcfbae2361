/** Whether two lists hold the same strings in the same order. */
export const sameStrings = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((text, index) => text === other[index]);
