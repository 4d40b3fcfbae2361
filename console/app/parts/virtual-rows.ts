import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useCallback, useLayoutEffect, useReducer, useState } from 'preact/hooks';

/** Height of every row, as in the style sheet. */
const ROW_PX = 34;
const OVERSCAN = 12;

export type VirtualRows = {
  /** The rows that exist: from `first` to before `last`. */
  readonly first: number;
  readonly last: number;
  /** Pixels of the rows before and after them. */
  readonly before: number;
  readonly after: number;
  readonly scrollTo: (row: number) => void;
};

/** Which of `count` rows of equal height are in view of the scrolling `box`. */
export const useVirtualRows = (box: RefObject<HTMLDivElement>, count: number): VirtualRows => {
  const [, redraw] = useReducer((version: number) => version + 1, 0);
  const options = {
    count,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    initialRect: { width: 0, height: window.innerHeight },
    onChange: () => redraw(undefined),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLDivElement, HTMLTableRowElement>(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  const scrollTo = useCallback((row: number) => virtualizer.scrollToIndex(row, { align: 'auto' }), [virtualizer]);

  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = (items.at(-1)?.index ?? -1) + 1;
  return { first, last, before: first * ROW_PX, after: (count - last) * ROW_PX, scrollTo };
};
