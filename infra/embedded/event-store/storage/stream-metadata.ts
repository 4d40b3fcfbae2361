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
export const metastreamOf = (stream: string): string => `$$${stream}`;

/** Malformed metadata is no metadata, as in EventStoreDB. */
export const parseStreamMetadata = (data: Uint8Array): StreamMetadata => {
  const parsed = parseObject(Buffer.from(data).toString('utf8'));
  if (parsed === undefined) return {};
  const maxCount = positive(parsed['$maxCount']);
  const maxAgeSeconds = positive(parsed['$maxAge']);
  const truncateBefore = wholeNumber(parsed['$tb']);
  const acl = parseAcl(parsed['$acl']);
  return {
    ...(maxCount === undefined ? {} : { maxCount }),
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
    ...(truncateBefore === undefined ? {} : { truncateBefore }),
    ...(acl === undefined ? {} : { acl }),
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

const wholeNumber = (value: unknown): bigint | undefined => {
  if (typeof value === 'bigint') return value > END ? END : value < 0n ? undefined : value;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : undefined;
};

const positive = (value: unknown): bigint | undefined => {
  const whole = wholeNumber(value);
  return whole === 0n ? undefined : whole;
};

const parseAcl = (value: unknown): StreamAcl | undefined => {
  if (!isProperties(value)) return undefined;
  const names = { $r: 'read', $w: 'write', $d: 'delete', $mr: 'metaRead', $mw: 'metaWrite' } as const;
  const entries = Object.entries(names).flatMap(([key, action]) => {
    const roles = parseRoles(value[key]);
    return roles === undefined ? [] : [[action, roles] as const];
  });
  return Object.fromEntries(entries);
};

const parseRoles = (value: unknown): readonly string[] | undefined => {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((role) => typeof role === 'string') : undefined;
};
