type WithOffset = { readonly offsetMs: number };

/** Longer gaps are drawn as if they lasted this long. */
const GAP_MS_MAX = 2_000;

export type Bar<Item> = {
  readonly item: Item;
  /** Where it is drawn, from 0 to 1. */
  readonly place: number;
  /** Milliseconds of the gap before it that are not drawn; 0 without one. */
  readonly foldedMs: number;
};

/** Items in the order of time on one scale, on which long gaps are folded: a retry a day later must not hide the rest. */
export const layOut = <Item extends WithOffset>(items: readonly Item[]): readonly Bar<Item>[] => {
  let previousMs = 0;
  let drawnMs = 0;
  const places = items.map((item) => {
    const gapMs = Math.max(0, item.offsetMs - previousMs);
    previousMs = Math.max(previousMs, item.offsetMs);
    drawnMs += Math.min(gapMs, GAP_MS_MAX);
    return { item, drawnMs, foldedMs: gapMs > GAP_MS_MAX ? gapMs - GAP_MS_MAX : 0 };
  });
  return places.map(({ item, drawnMs: place, foldedMs }) => ({
    item,
    foldedMs,
    place: drawnMs === 0 ? 0 : place / drawnMs,
  }));
};
