import { mayHoldSecret, namesSecret } from './redaction.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What JSON does not write as it stands: quotes, backslashes, control characters, halves of characters. */
const ESCAPED = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

const quoted = (text: string): string => (ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`);

/** A value in JSON; `undefined` for one that has to be unfolded or searched for secrets first. */
const plain = (value: unknown): string | undefined => {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  return typeof value === 'boolean' || value === null ? String(value) : undefined;
};

let instant = 0;
let timestamp = '';
/** Many lines are written within one millisecond. */
const now = (): string => {
  const at = Date.now();
  if (at !== instant) {
    instant = at;
    timestamp = new Date(at).toISOString();
  }
  return timestamp;
};

const RESERVED = ['level', 'message', 'timestamp'];

/**
 * Writes lines of entries that have nothing to hide and nothing to unfold, which nearly all are; returns `undefined`
 * for any other. One pass without copies: the access log writes one for each request.
 */
export const plainLines = (
  level: string,
  bound: Fields,
): ((message: string, fields?: Fields) => string | undefined) => {
  const taken = new Set([...RESERVED, ...Object.keys(bound)]);

  const written = (fields: Fields, isTaken: (name: string) => boolean): string | undefined => {
    let text = '';
    for (const name in fields) {
      const value = fields[name];
      if (value === undefined) continue;
      const json = isTaken(name) || namesSecret(name) ? undefined : plain(value);
      if (json === undefined) return undefined;
      text += `,${quoted(name)}:${json}`;
    }
    return text;
  };
  const always = written(bound, (name) => RESERVED.includes(name));
  const isTaken = (name: string): boolean => taken.has(name);

  return (message, fields = {}) => {
    const own = always === undefined ? undefined : written(fields, isTaken);
    if (always === undefined || own === undefined) return undefined;
    const line = `{"level":"${level}","timestamp":"${now()}"${always},"message":${quoted(message)}${own}}\n`;
    return mayHoldSecret(line) ? undefined : line;
  };
};
