const SECRET_NAME =
  /token|authorization|cookie|passw|secret|credential|api-?key|private-?key|^key$|signature|jwk$|user-?context|service-?context/i;
// Each form begins where no character of its own precedes, so that a long text is searched once and not from every
// position.
const BEARER = /\bBearer\s+[\w.~+/-]+=*/gi;
/** A compact JWS; two of its three parts begin with `{"` in base64url. */
const COMPACT_JWS = /(?<![\w-])eyJ[\w-]{6,}\.[\w-]+\.[\w-]*/g;
/** Credentials within a connection string: `scheme://user:password@host`. */
const URL_PASSWORD = /(?<![a-z0-9+.-])([a-z0-9+.-]+:\/\/[^\s:/@]+):[^\s/@]+@/gi;

const REPLACEMENT = '[redacted]';
const DEPTH_MAX = 8;
const STACK_LINES_MAX = 12;

/** A substring that every secret form contains; most texts contain none of it. */
const SECRET_HINT = /bearer|eyJ|:\/\//i;

/** Longer texts are cut before they are searched: clients choose the length of headers. */
const TEXT_LENGTH_MAX = 4_096;

const cut = (value: string): string =>
  value.length <= TEXT_LENGTH_MAX ? value : `${value.slice(0, TEXT_LENGTH_MAX)}… (${value.length} characters)`;

const text = (original: string): string => {
  const value = cut(original);
  return SECRET_HINT.test(value)
    ? value
        .replace(BEARER, `Bearer ${REPLACEMENT}`)
        .replace(COMPACT_JWS, REPLACEMENT)
        .replace(URL_PASSWORD, `$1:${REPLACEMENT}@`)
    : value;
};

/** Whether a field of this name is hidden. */
const namesSecret = (name: string): boolean => SECRET_NAME.test(name);

const error = (value: Error, depth: number): object => ({
  name: value.name,
  message: text(value.message),
  ...('code' in value ? { code: redact(value.code, depth + 1) } : {}),
  stack: text((value.stack ?? '').split('\n').slice(1, STACK_LINES_MAX).join('\n')),
  ...(value.cause === undefined ? {} : { cause: redact(value.cause, depth + 1) }),
});

/**
 * A copy of `value` fit for a log: secrets by name (token, authorization, cookie, password, key …) and by form (bearer
 * strings, signed tokens, passwords in URLs) are gone, errors and bigints are JSON.
 */
export const redact = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX) return '[deep]';
  if (value instanceof Error) return error(value, depth);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      item !== undefined && namesSecret(name) ? REPLACEMENT : redact(item, depth + 1),
    ]),
  );
};
