/** Writes a line to stdout. */
export const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Writes a line to stderr. */
export const printError = (text: string): void => void process.stderr.write(`${text}\n`);

/** Writes a value as one line of JSON. */
export const printJson = (value: unknown): void => print(JSON.stringify(value));

/** 12345 as `12,345`. */
export const formatCount = (number: number): string => number.toLocaleString('en');

/** Rows of cells, each column as wide as its widest cell. */
export const formatTable = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
