/** Divides ids by whether they name something. */
export const divideByExistence = async (
  ids: readonly string[],
  exists: (id: string) => Promise<boolean>,
): Promise<{ readonly existing: readonly string[]; readonly missing: readonly string[] }> => {
  const distinct = [...new Set(ids)];
  const results = await Promise.all(distinct.map(exists));
  return {
    existing: distinct.filter((_, index) => results[index] === true),
    missing: distinct.filter((_, index) => results[index] !== true),
  };
};
