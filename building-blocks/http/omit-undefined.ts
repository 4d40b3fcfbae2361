type DefinedFields<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The present fields of a body whose absent fields mean: keep the value. */
export const omitUndefined = <T extends object>(body: T): DefinedFields<T> =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as DefinedFields<T>;
