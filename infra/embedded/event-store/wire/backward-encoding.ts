/**
 * Fields of protobuf messages, each put in front of what is there already: written from the end, so that a length is
 * known when it is written. All take the end of what they write and return its beginning. A `tag` is the number of the
 * field, shifted, with its wire type: 0 for numbers, 2 for what has a length (protobuf.dev, "Encoding").
 */
export const putText = (bytes: Buffer, end: number, tag: number, text: string): number => {
  const at = end - Buffer.byteLength(text);
  bytes.write(text, at);
  return putLength(bytes, at, tag, end);
};

export const putBytes = (bytes: Buffer, end: number, tag: number, content: Uint8Array): number => {
  bytes.set(content, end - content.length);
  return putLength(bytes, end - content.length, tag, end);
};

/** The tag and the length of what lies from `at` to `end`. */
export const putLength = (bytes: Buffer, at: number, tag: number, end: number): number => {
  const start = putVarint(bytes, at, end - at) - 1;
  bytes[start] = tag;
  return start;
};

export const putNumber = (bytes: Buffer, end: number, tag: number, value: bigint): number => {
  const small = value <= Number.MAX_SAFE_INTEGER;
  const start = (small ? putVarint(bytes, end, Number(value)) : putLargeVarint(bytes, end, value)) - 1;
  bytes[start] = tag;
  return start;
};

const putVarint = (bytes: Buffer, end: number, value: number): number => {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1;
  const start = end - size;
  let remaining = value;
  for (let at = start; at < end - 1; at += 1) {
    bytes[at] = (remaining % 0x80) | 0x80;
    remaining = Math.floor(remaining / 0x80);
  }
  bytes[end - 1] = remaining;
  return start;
};

const putLargeVarint = (bytes: Buffer, end: number, value: bigint): number => {
  const septets: number[] = [];
  for (let rest = value; rest > 0n; rest >>= 7n) septets.push(Number(rest & 0x7fn));
  const start = end - septets.length;
  for (const [index, septet] of septets.entries()) bytes[start + index] = septet | 0x80;
  bytes[end - 1] = (septets.at(-1) ?? 0) & 0x7f;
  return start;
};
