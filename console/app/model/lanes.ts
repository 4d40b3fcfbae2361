import type { Bar } from './waterfall.ts';

export type Lane<Item> = { readonly stream: string; readonly isProcess: boolean; readonly bars: readonly Bar<Item>[] };

/** What happened in each stream, processes first, otherwise in the order in which streams came in. */
export const lanesOf = <Item extends { readonly stream: string }>(
  bars: readonly Bar<Item>[],
  isProcess: (stream: string) => boolean,
): readonly Lane<Item>[] => {
  const barsByStream = Map.groupBy(bars, ({ item }) => item.stream);
  const lanes = [...barsByStream].map(([stream, own]) => ({ stream, isProcess: isProcess(stream), bars: own }));
  return [...lanes.filter((lane) => lane.isProcess), ...lanes.filter((lane) => !lane.isProcess)];
};
