/** One line of the report. `isMet` is undefined where nothing was promised. */
export type Line = {
  readonly label: string;
  readonly measurement: string;
  readonly reference: string;
  readonly isMet?: boolean;
};

export const rate = (perSecond: number): string => `${Math.round(perSecond).toLocaleString('en')}/s`;
export const percent = (part: number, whole: number): string => `${Math.round((part / whole) * 100)} %`;
export const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : Math.round(value)} ms`;
export const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

const verdict = ({ isMet }: Line): string => (isMet === undefined ? '' : isMet ? 'met' : 'MISSED');

export const print = (title: string, lines: readonly Line[]): void => {
  const rows = lines.map((line) => [line.label, line.measurement, line.reference, verdict(line)] as const);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  console.log(`\n${title}`);
  for (const row of rows)
    console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
};

/** What `value` is of `reference`, where nothing was promised. */
export const compare = (label: string, value: number, reference: number, of: string): Line => ({
  label,
  measurement: rate(value),
  reference: `${percent(value, reference)} of ${of} at ${rate(reference)}`,
});

/** `value` held against `reference`, of which at least `promisedShare` was promised. */
export const share = (label: string, value: number, reference: number, promisedShare: number, of: string): Line => {
  const line = compare(label, value, reference, of);
  return {
    ...line,
    reference: `${line.reference} (promised ${promisedShare * 100} %)`,
    isMet: value >= reference * promisedShare,
  };
};
