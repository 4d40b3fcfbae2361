/** A ledger as its owner would keep it, and the stock that it leads to, added up line by line. */
export type GeneratedLedger = {
  /** Of the first `lines` lines. */
  readonly csv: (lines?: number) => string;
  /** Pieces by part and colour after all lines up to the end of a day; without one, of all days. */
  readonly stockOn: (day?: string) => Readonly<Record<string, number>>;
};

const HEADER = 'date,kind,part,colour,quantity,note,id';
const FIRST_DAY = Date.parse('2019-01-01T00:00:00Z');
const DAY_MS = 86_400_000;
const PARTS = 900;
const COLOURS = 12;

type Line = { readonly day: string; readonly piece: string; readonly change: number; readonly text: string };

/** Marsaglia's xorshift: the same ledger in every run. */
const randomBelow = (seed: number) => {
  let state = seed;
  return (limit: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
};

/** Writes a ledger of some years, a few transactions a day, that never takes more than is there. */
export const generateLedger = (lineCount: number): GeneratedLedger => {
  const below = randomBelow(2_463_534_242);
  const stock = new Map<string, number>();
  const lines = Array.from({ length: lineCount }, (_, index): Line => {
    const day = new Date(FIRST_DAY + Math.floor(index / 8) * DAY_MS).toISOString().slice(0, 10);
    const piece = `${String(3_000 + below(PARTS))}:${String(below(COLOURS))}`;
    const there = stock.get(piece) ?? 0;
    const wish = 1 + below(20);
    const kind = there >= wish && below(3) > 0 ? (below(4) === 0 ? 'adjust' : 'out') : 'in';
    const change = kind === 'in' ? wish : -wish;
    stock.set(piece, there + change);
    const quantity = kind === 'out' ? wish : change;
    const [part = '', colour = ''] = piece.split(':');
    const text = [day, kind, part, colour, quantity, `"Order ${String(below(500))}, bag"`, `t${String(index)}`].join(
      ',',
    );
    return { day, piece, change, text };
  });
  return {
    csv: (count = lineCount) => [HEADER, ...lines.slice(0, count).map(({ text }) => text), ''].join('\n'),
    stockOn: (day = '9999-12-31') => {
      const sums: Record<string, number> = {};
      for (const line of lines) if (line.day <= day) sums[line.piece] = (sums[line.piece] ?? 0) + line.change;
      return Object.fromEntries(Object.entries(sums).filter(([, quantity]) => quantity !== 0));
    },
  };
};
