const NAMED_ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const REFERENCE = /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([\da-f]{1,6}));/iy;

/** No reference is longer: `&#x10FFFF;`. */
export const REFERENCE_LENGTH_MAX = 10;

const isXmlCharacter = (code: number): boolean =>
  code === 9 ||
  code === 10 ||
  code === 13 ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff);

export type Reference = { readonly text: string; readonly length: number };

/**
 * The character that the reference at `at` stands for; an empty text for one that XML does not allow, `undefined` when
 * it is none of XML's five entities and no character reference.
 */
export const decodeReference = (source: string, at: number): Reference | undefined => {
  REFERENCE.lastIndex = at;
  const match = REFERENCE.exec(source);
  if (match === null) return undefined;
  const [{ length }, name, decimal, hexadecimal] = match;
  if (name !== undefined) return { text: NAMED_ENTITIES[name.toLowerCase()] ?? '', length };
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
  return { text: isXmlCharacter(code) ? String.fromCodePoint(code) : '', length };
};
