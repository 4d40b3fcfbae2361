import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

type Line = { readonly level?: string; readonly message?: string };

/** Fields shown by the prefix, and by the reader's own clock. */
const REDUNDANT_FIELDS: readonly string[] = ['service', 'timestamp'];

const POLL_MS = 200;
const CHUNK_BYTES = 64 * 1024;

/** A JSON log line for people: `name  warn  message {"what":"else"}`; any other line as it is. */
export const formatLogLine = (name: string, width: number, line: string): string => {
  const prefix = name.padEnd(width);
  try {
    const { level = '', message = '', ...entry } = JSON.parse(line) as Line;
    const rest = Object.entries(entry).filter(([key]) => !REDUNDANT_FIELDS.includes(key));
    const fields = rest.length === 0 ? '' : ` ${JSON.stringify(Object.fromEntries(rest))}`;
    return `${prefix}  ${level.padEnd(5)}  ${message}${fields}`;
  } catch {
    return `${prefix}  ${line}`;
  }
};

/** Passes on each line added to the file from now on, until the returned function is called. */
export const followLog = (path: string, onLine: (line: string) => void): (() => void) => {
  let offset = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let partialLine = '';
  const decoder = new StringDecoder();
  const chunk = Buffer.alloc(CHUNK_BYTES);

  const readNewLines = (): void => {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    // Smaller than the part already read: it was rotated.
    if (size < offset) offset = 0;
    if (size === offset) return;
    const file = openSync(path, 'r');
    for (let read = 1; read > 0; offset += read) {
      read = readSync(file, chunk, 0, CHUNK_BYTES, offset);
      partialLine += decoder.write(chunk.subarray(0, read));
    }
    closeSync(file);
    const lines = partialLine.split('\n');
    partialLine = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };

  const timer = setInterval(readNewLines, POLL_MS);
  return () => {
    clearInterval(timer);
    readNewLines();
  };
};
