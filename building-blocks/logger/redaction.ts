const SECRET_NAME =
  /token|authorization|cookie|passw|secret|credential|api-?key|private-?key|^key$|signature|jwk$|user-?context|service-?context/i;
const BEARER = /\bBearer\s+[\w.~+/-]+=*/gi;
/** A compact JWS; two of its three parts begin with `{"` in base64url. */
const COMPACT_JWS = /\beyJ[\w-]{6,}\.[\w-]+\.[\w-]*/g;
/** Credentials within a connection string: `scheme://user:password@host`. */
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]+):[^\s/@]+@/gi;

const HIDDEN = '[redacted]';
const DEPTH_MAX = 8;
const STACK_LINES_MAX = 12;

/** What every secret form has in it. Most texts have none of it, and looking for it costs less than the forms do. */
const TELLTALE = /bearer|eyJ|:\/\//i;

/** Whether a text could hold a secret by form. */
export const mayHoldSecret = (value: string): boolean => TELLTALE.test(value);

const text = (value: string): string =>
  mayHoldSecret(value)
    ? value.replace(BEARER, `Bearer ${HIDDEN}`).replace(COMPACT_JWS, HIDDEN).replace(URL_PASSWORD, `$1:${HIDDEN}@`)
    : value;

const judged = new Map<string, boolean>();
const JUDGED_MAX = 1_000;

/** Whether what bears this name is hidden. Names come again with every line. */
export const namesSecret = (name: string): boolean => {
  const known = judged.get(name);
  if (known !== undefined) return known;
  const secret = SECRET_NAME.test(name);
  if (judged.size < JUDGED_MAX) judged.set(name, secret);
  return secret;
};

const error = (value: Error, depth: number): object => ({
  name: value.name,
  message: text(value.message),
  ...('code' in value ? { code: redacted(value.code, depth + 1) } : {}),
  stack: text((value.stack ?? '').split('\n').slice(1, STACK_LINES_MAX).join('\n')),
  ...(value.cause === undefined ? {} : { cause: redacted(value.cause, depth + 1) }),
});

/**
 * A copy of `value` fit for a log: secrets by name (token, authorization, cookie, password, key …) and by form (bearer
 * strings, signed tokens, passwords in URLs) are gone, errors and bigints are JSON.
 */
export const redacted = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX) return '[deep]';
  if (value instanceof Error) return error(value, depth);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => redacted(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      item !== undefined && namesSecret(name) ? HIDDEN : redacted(item, depth + 1),
    ]),
  );
};
