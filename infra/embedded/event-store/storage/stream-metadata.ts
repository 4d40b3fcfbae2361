import { END } from './event-log.ts';

/** What `$$stream` says about a stream, as far as the node acts on it. */
export type StreamMetadata = {
  readonly maxCount?: bigint;
  readonly maxAgeSeconds?: bigint;
  readonly truncateBefore?: bigint;
  readonly acl?: StreamAcl;
};

/** Users or groups (`$admins`, `$ops`, `$all`) per action; a missing action falls back to the default. */
export type StreamAcl = {
  readonly read?: readonly string[];
  readonly write?: readonly string[];
  readonly delete?: readonly string[];
  readonly metaRead?: readonly string[];
  readonly metaWrite?: readonly string[];
};

/** Metadata of a metastream itself: only its last event counts. */
export const METASTREAM_METADATA: StreamMetadata = { maxCount: 1n };

export const isMetastream = (stream: string): boolean => stream.startsWith('$$');
/** What can be no stream: nothing, and the metadata of nothing. */
export const isInvalidStream = (stream: string): boolean => stream === '' || stream === '$$';
export const metastreamOf = (stream: string): string => `$$${stream}`;

/** Malformed metadata is no metadata, as in EventStoreDB; one setting that makes no sense is enough. */
export const parseStreamMetadata = (data: Uint8Array): StreamMetadata => {
  const parsed = parseObject(Buffer.from(data).toString('utf8'));
  const isUnderstood =
    parsed !== undefined &&
    Object.entries(SETTINGS).every(([name, makesSense]) => {
      const value = parsed[name];
      return value === undefined || makesSense(value);
    });
  if (!isUnderstood) return {};
  const [maxCount, maxAgeSeconds, truncateBefore] = ['$maxCount', '$maxAge', '$tb'].map((name) =>
    wholeNumber(parsed[name]),
  );
  const acl = parsed['$acl'];
  return {
    ...(maxCount === undefined ? {} : { maxCount }),
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
    ...(truncateBefore === undefined ? {} : { truncateBefore }),
    ...(isProperties(acl) ? { acl: parseAcl(acl) } : {}),
  };
};

/** `$tb` at the end of numbers is how EventStoreDB writes "deleted". */
export const isSoftDeleted = ({ truncateBefore }: StreamMetadata): boolean =>
  truncateBefore !== undefined && truncateBefore >= END;

/** The same metadata with another `$tb`, keeping everything else the user wrote, as JSON text. */
export const withTruncateBefore = (data: Uint8Array | undefined, truncateBefore: bigint): string => {
  const written = data && parseObject(Buffer.from(data).toString('utf8'));
  const others = Object.entries(written ?? {}).filter(([name]) => name !== '$tb');
  // 2^63-1 is no double: large numbers are spliced in as text.
  const kept = others.map(([name, value]) => `${JSON.stringify(name)}:${asJson(value)}`).join(',');
  return `{${kept === '' ? '' : `${kept},`}"$tb":${truncateBefore.toString()}}`;
};

const asJson = (value: unknown): string => (typeof value === 'bigint' ? value.toString() : JSON.stringify(value));

type Properties = Readonly<Record<string, unknown>>;

const isProperties = (value: unknown): value is Properties =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parseObject = (text: string): Properties | undefined => {
  try {
    // Numbers too large for a double keep their digits as text.
    const parsed: unknown = JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
        ? BigInt(context?.source ?? 0)
        : value,
    );
    return isProperties(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
};

/** Undefined where it is none that 64 bits hold. */
const wholeNumber = (value: unknown): bigint | undefined => {
  const isWhole = typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
  const whole = isWhole ? BigInt(value) : undefined;
  return whole === undefined || whole > END || whole < 0n ? undefined : whole;
};

const isPositive = (value: unknown): boolean => (wholeNumber(value) ?? 0n) > 0n;

const ACTIONS = { $r: 'read', $w: 'write', $d: 'delete', $mr: 'metaRead', $mw: 'metaWrite' } as const;

const isRoles = (value: unknown): value is string | readonly string[] =>
  typeof value === 'string' || (Array.isArray(value) && value.every((role) => typeof role === 'string'));

const isAcl = (value: unknown): boolean =>
  isProperties(value) && Object.keys(ACTIONS).every((key) => value[key] === undefined || isRoles(value[key]));

const parseAcl = (acl: Properties): StreamAcl => {
  const entries = Object.entries(ACTIONS).flatMap(([key, action]) => {
    const roles = acl[key];
    return isRoles(roles) ? [[action, typeof roles === 'string' ? [roles] : roles] as const] : [];
  });
  return Object.fromEntries(entries);
};

const SETTINGS: Readonly<Record<string, (value: unknown) => boolean>> = {
  $maxCount: isPositive,
  $maxAge: isPositive,
  $tb: (value) => wholeNumber(value) !== undefined,
  $cacheControl: isPositive,
  $acl: isAcl,
};
