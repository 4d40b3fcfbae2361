type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Only what was sent, of a body whose absent fields mean: keep it as it is. */
export const omitUndefined = <T extends object>(body: T): Defined<T> =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as Defined<T>;
