/** CloudWatch takes 256 KiB, and each half of a line that a container runtime splits is no JSON any more. */
export const LINE_BYTES_MAX = 32 * 1024;

/** Escaped once more, and in any script, these leave room for the fields that stay. */
const BEGINNING_LENGTH = 4_000;
const FIELD_LENGTH_MAX = 1_000;

/** What finds a line again; all else is in the beginning, as far as that goes. */
const KEPT_FIELDS = ['timestamp', 'level', 'service', 'message', 'correlationId', 'traceId'] as const;

const shorten = (value: unknown): unknown =>
  typeof value === 'string' ? value.slice(0, FIELD_LENGTH_MAX).toWellFormed() : value;

/**
 * The line, or a shorter one in its place that is JSON as well: `cut` says how long the line was, and how it began.
 * Secrets are gone from a line before it comes here.
 */
export const fitLine = (line: string): string => {
  if (line.length * 3 <= LINE_BYTES_MAX) return line;
  const bytes = Buffer.byteLength(line);
  if (bytes <= LINE_BYTES_MAX) return line;
  const entry = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const fields = KEPT_FIELDS.flatMap((name) => (name in entry ? [[name, shorten(entry[name])] as const] : []));
  const beginning = line.slice(0, BEGINNING_LENGTH).toWellFormed();
  return `${JSON.stringify({ ...Object.fromEntries(fields), cut: { bytes, beginning } })}\n`;
};
