/** Lets so many pass in a second, evenly; what is not used is lost. */
export const readBudget = (perSecond: number, nowMs: () => number): (() => boolean) => {
  let nextMs = -Infinity;
  return () => {
    const now = nowMs();
    if (perSecond === 0 || now < nextMs) return false;
    nextMs = now + 1_000 / perSecond;
    return true;
  };
};
