/** One colour that a part is known in: how many elements it is sold as, and how many sets and minifigs have it so. */
export type PartColour = {
  readonly part: string;
  readonly colourId: number;
  readonly name: string;
  readonly elements: number;
  /** Null when the release has no inventories. */
  readonly sets: number | null;
};

/** The colours of parts by the newest release, in the order of the parts; `part` is the number that was asked for. */
export type FindPartColours = (
  parts: readonly string[],
) => Promise<{ readonly release: string; readonly colours: readonly PartColour[] }>;
