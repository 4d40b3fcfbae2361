import { END, type ProposedEvent, type StreamAcl, type StreamMetadata } from './event-log.ts';

/** Metadata of a metastream itself: only its last event counts. */
export const METASTREAM_METADATA: StreamMetadata = { maxCount: 1n };

export const isMetastream = (stream: string): boolean => stream.startsWith('$$');
/** The empty name and the metadata stream of the empty name, whose use ends an EventStoreDB process. */
export const isInvalidStream = (stream: string): boolean => stream === '' || stream === '$$';
export const metastreamOf = (stream: string): string => `$$${stream}`;

/**
 * As EventStoreDB reads it: a number that is not positive (for `$tb`: negative) counts as not given. Malformed JSON, a
 * value of a wrong type or an event that is not marked as JSON: no metadata at all.
 */
export const parseStreamMetadata = ({ data, contentType }: MetadataEvent): StreamMetadata => {
  const properties = contentType === 'application/json' ? parseObject(Buffer.from(data).toString('utf8')) : undefined;
  if (properties === undefined || !hasRightTypes(properties)) return {};
  const numbers = Object.entries(NUMBERS).flatMap(([name, { property, min }]) => {
    const value = wholeNumber(properties[name]);
    return property === undefined || value === undefined || value < min ? [] : [[property, value] as const];
  });
  const acl = properties['$acl'];
  return { ...Object.fromEntries(numbers), ...(isProperties(acl) ? { acl: parseAcl(acl) } : {}) };
};

type MetadataEvent = Pick<ProposedEvent, 'data' | 'contentType'>;

const NUMBERS = {
  $maxCount: { property: 'maxCount', min: 1n },
  $maxAge: { property: 'maxAgeSeconds', min: 1n },
  $tb: { property: 'truncateBefore', min: 0n },
  // Only concerns caches of HTTP responses.
  $cacheControl: { property: undefined, min: 1n },
} as const;

const hasRightTypes = (properties: Properties): boolean =>
  Object.keys(NUMBERS).every((name) => !(name in properties) || wholeNumber(properties[name]) !== undefined) &&
  (!('$acl' in properties) || isAcl(properties['$acl']));

/** `$tb` at the end of numbers is how EventStoreDB writes "deleted". */
export const isSoftDeleted = ({ truncateBefore }: StreamMetadata): boolean =>
  truncateBefore !== undefined && truncateBefore >= END;

/** The same metadata with another `$tb`, keeping everything else the user wrote, as JSON text. */
export const withTruncateBefore = (data: Uint8Array | undefined, truncateBefore: bigint): string => {
  const properties = data && parseObject(Buffer.from(data).toString('utf8'));
  const otherProperties = Object.entries(properties ?? {}).filter(([name]) => name !== '$tb');
  // 2^63-1 is no double: large numbers are spliced in as text.
  const entries = otherProperties.map(([name, value]) => `${JSON.stringify(name)}:${asJson(value)}`).join(',');
  return `{${entries === '' ? '' : `${entries},`}"$tb":${truncateBefore.toString()}}`;
};

const asJson = (value: unknown): string => (typeof value === 'bigint' ? value.toString() : JSON.stringify(value));

type Properties = Readonly<Record<string, unknown>>;

const isProperties = (value: unknown): value is Properties =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parseObject = (text: string): Properties | undefined => {
  try {
    // Numbers too large for a double keep their digits as text.
    const json: unknown = JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
        ? BigInt(context?.source ?? 0)
        : value,
    );
    return isProperties(json) ? json : undefined;
  } catch {
    return undefined;
  }
};

const INT64_MIN = -(2n ** 63n);

/** Undefined where it is no whole number of 64 bits. */
const wholeNumber = (value: unknown): bigint | undefined => {
  const isWhole = typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
  const whole = isWhole ? BigInt(value) : undefined;
  return whole === undefined || whole > END || whole < INT64_MIN ? undefined : whole;
};

const ACTIONS = { $r: 'read', $w: 'write', $d: 'delete', $mr: 'metaRead', $mw: 'metaWrite' } as const;

const isRoles = (value: unknown): value is string | readonly string[] =>
  typeof value === 'string' || (Array.isArray(value) && value.every((role) => typeof role === 'string'));

const isAcl = (value: unknown): boolean =>
  isProperties(value) && Object.entries(value).every(([key, roles]) => key in ACTIONS && isRoles(roles));

/** Reads access lists that are properties of a JSON object; an empty list where there is none, or a malformed one. */
export const parseAclObject = (data: Uint8Array): ((name: string) => StreamAcl) => {
  const properties = parseObject(Buffer.from(data).toString('utf8')) ?? {};
  return (name) => {
    const acl = properties[name];
    return isProperties(acl) && isAcl(acl) ? parseAcl(acl) : {};
  };
};

const parseAcl = (acl: Properties): StreamAcl => {
  const entries = Object.entries(ACTIONS).flatMap(([key, action]) => {
    const roles = acl[key];
    return isRoles(roles) ? [[action, typeof roles === 'string' ? [roles] : roles] as const] : [];
  });
  return Object.fromEntries(entries);
};
