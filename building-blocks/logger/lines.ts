/** Takes whole lines. */
export type Lines = { readonly write: (line: string) => void; readonly flush: () => void };

/**
 * Hands the lines of one turn of the event loop to `destination` in one write: a write costs as much as all the rest of
 * a line does. Who must be sure that a line is out asks for `flush`.
 */
export const gatheredLines = (destination: Pick<NodeJS.WritableStream, 'write'>): Lines => {
  let waiting = '';
  const flush = (): void => {
    if (waiting === '') return;
    const lines = waiting;
    waiting = '';
    destination.write(lines);
  };
  return {
    write: (line) => {
      if (waiting === '') setImmediate(flush);
      waiting += line;
    },
    flush,
  };
};

let output: Lines | undefined;

/** Standard output, one for all loggers of a process. What waits is written when the process ends, also by an error. */
export const standardOutput = (): Lines => {
  if (output === undefined) {
    output = gatheredLines(process.stdout);
    process.once('exit', output.flush);
  }
  return output;
};
