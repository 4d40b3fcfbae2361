import type { Tolerance } from './tolerance.ts';

/**
 * A lot that a list needs. `part` and `colour` are the catalogue's numbers; colour null takes every colour. A lot without
 * a tolerance of its own has that of its list: `hidden` ones that for parts which nobody sees.
 */
export type NeededLot = {
  readonly lotId: string;
  readonly part: string;
  readonly colour: string | null;
  readonly quantity: number;
  readonly hidden: boolean;
  readonly tolerance: Tolerance | null;
};

export type NeededList = {
  readonly listId: string;
  readonly lots: readonly NeededLot[];
  readonly tolerance: Tolerance;
  readonly hiddenTolerance: Tolerance;
};

/** Pieces in one place: a bin, a set. Those that are reserved serve the list that they are reserved for, and no other. */
export type StockLot = {
  readonly holding: string;
  readonly part: string;
  /** Null: nobody has said which. */
  readonly colour: string | null;
  readonly quantity: number;
  readonly reservedFor: string | null;
};

/** What may stand in for a lot. */
export const toleranceOf = (lot: NeededLot, list: NeededList): Tolerance =>
  lot.tolerance ?? (lot.hidden ? list.hiddenTolerance : list.tolerance);
