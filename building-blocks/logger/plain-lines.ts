import { mayHoldSecret, namesSecret } from './redaction.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * What JSON does not write as it stands (quotes, backslashes, control characters, halves of characters), and what every
 * secret form has in it: most texts have neither, and are searched once for both.
 */
const SPECIAL = /[^ !#-[\]-\ud7ff\ue000-\uffff]|eyJ|:\/\/|[Bb][Ee][Aa][Rr][Ee][Rr]/;

/** A text in JSON; `undefined` for one that may hold a secret. */
const quoted = (text: string): string | undefined => {
  if (!SPECIAL.test(text)) return `"${text}"`;
  return mayHoldSecret(text) ? undefined : JSON.stringify(text);
};

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
const NAMES_MAX = 1_000;

/** Fields begin with their names, which come again with every line: `,"name":`, or `undefined` for one that is not plain. */
const namesBut = (taken: readonly string[]): ((name: string) => string | undefined) => {
  const known = new Map<string, string | undefined>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined || known.has(name)) return before;
    const text = taken.includes(name) || namesSecret(name) ? undefined : quoted(name);
    const begun = text === undefined ? undefined : `,${text}:`;
    if (known.size < NAMES_MAX) known.set(name, begun);
    return begun;
  };
};

const written = (fields: Fields, begun: (name: string) => string | undefined): string | undefined => {
  let text = '';
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined) continue;
    const json = plain(value);
    const beginning = begun(name);
    if (json === undefined || beginning === undefined) return undefined;
    text += beginning + json;
  }
  return text;
};

/**
 * Writes lines of entries that have nothing to hide and nothing to unfold, which nearly all are; returns `undefined`
 * for any other. One pass without copies: the access log writes one for each request.
 */
export const plainLines = (
  level: string,
  bound: Fields,
): ((message: string, fields?: Fields) => string | undefined) => {
  const always = written(bound, namesBut(RESERVED));
  const begun = namesBut([...RESERVED, ...Object.keys(bound)]);

  return (message, fields = {}) => {
    const said = quoted(message);
    const own = always === undefined || said === undefined ? undefined : written(fields, begun);
    if (own === undefined) return undefined;
    return `{"level":"${level}","timestamp":"${now()}"${always ?? ''},"message":${said ?? ''}${own}}\n`;
  };
};
