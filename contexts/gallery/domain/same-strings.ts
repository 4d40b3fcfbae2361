/** Whether two lists hold the same strings in the same order. */
export const sameStrings = (some: readonly string[], other: readonly string[]): boolean =>
  some.length === other.length && some.every((text, index) => text === other[index]);
