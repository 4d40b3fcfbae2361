/** Numbers from 0 to below 1 that are the same for the same seed: xorshift32 (Marsaglia, 2003). */
export const randomXorshift = (seed: number): (() => number) => {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
};
