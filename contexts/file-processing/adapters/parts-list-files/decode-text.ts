import { isAscii, isUtf8 } from 'node:buffer';
import type { Encoding, RepairNote } from '../../domain/findings.ts';
import { controlCharacterCleaner, countNewlines } from './control-characters.ts';
import { refuseBinary } from './detect-format.ts';
import { peekBytes } from './peek-bytes.ts';

/** Text as it arrives. `encoding` may still change from UTF-8 to windows-1252 while the file is read. */
export type DecodedText = {
  readonly chunks: AsyncIterable<string>;
  readonly encoding: () => Encoding;
  /** The repairs since the last call. */
  readonly repairs: () => readonly RepairNote[];
};

type Decode = (bytes: Buffer, last: boolean) => string;

const BYTE_ORDER_MARKS: readonly (readonly [Encoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** In UTF-16 every second byte of most characters of a parts list is zero; in UTF-8 and CP1252 none is. */
const guessUtf16 = (start: Buffer): Encoding | undefined => {
  const pairs = Math.floor(Math.min(start.length, 512) / 2);
  const zeros = (offset: number): number =>
    Array.from({ length: pairs }).filter((_, pair) => start[pair * 2 + offset] === 0).length;
  const [first, second] = [zeros(0), zeros(1)];
  if (second > pairs / 2 && first <= pairs / 50) return 'utf-16le';
  if (first > pairs / 2 && second <= pairs / 50) return 'utf-16be';
  return undefined;
};

const detectEncoding = (start: Buffer): { encoding: Encoding; markLength: number } => {
  const match = BYTE_ORDER_MARKS.find(([, mark]) => mark.every((byte, index) => start[index] === byte));
  if (match !== undefined) return { encoding: match[0], markLength: match[1].length };
  return { encoding: guessUtf16(start) ?? 'utf-8', markLength: 0 };
};

/** How many bytes at the end begin a character whose other bytes are still to come. */
const incompleteTail = (bytes: Buffer): number => {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? back : 0;
    }
  }
  return 0;
};

const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** Whether bytes that are no valid UTF-8 are better explained as windows-1252 than as UTF-8 with a few broken bytes. */
const looksLike1252 = (lenient: string): boolean => {
  const replacementCount = countOf(lenient, /\uFFFD/g);
  return replacementCount >= countOf(lenient, /[^\0-\x7F\uFFFD]/g);
};

/**
 * UTF-8 until invalid bytes come. Then it was windows-1252 all along, unless UTF-8 characters came before:
 * then a few bytes are broken, and are replaced. Either is noted with its line.
 */
const tolerantUtf8 = (
  note: (text: string, at: number, encoding: Encoding) => void,
): { decode: Decode; encoding: () => Encoding } => {
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  const cp1252 = new TextDecoder('windows-1252');
  let encoding: Encoding = 'utf-8';
  let hasCharacters = false;
  let rest: Buffer = Buffer.alloc(0);

  const decode: Decode = (chunk, last) => {
    if (encoding === 'windows-1252') return cp1252.decode(chunk);
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = last ? bytes.length : bytes.length - incompleteTail(bytes);
    const whole = bytes.subarray(0, end);
    rest = bytes.subarray(end);
    const lenient = utf8.decode(whole);
    if (isUtf8(whole)) {
      hasCharacters ||= !isAscii(whole);
      return lenient;
    }
    if (!hasCharacters && looksLike1252(lenient)) encoding = 'windows-1252';
    note(lenient, lenient.indexOf('\uFFFD'), encoding);
    if (encoding === 'utf-8') return lenient;
    const all = Buffer.concat([whole, rest]);
    rest = Buffer.alloc(0);
    return cp1252.decode(all);
  };
  return { decode, encoding: () => encoding };
};

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/** Decodes bytes to text as they arrive: UTF-8, UTF-16 with or without a mark, windows-1252; marks are taken off.
 * Control characters are removed. Throws `UnreadableFile` when it is no text. */
export const decodeText = async (bytes: AsyncIterable<Uint8Array>): Promise<DecodedText> => {
  const { start, bytes: source } = await peekBytes(bytes);
  refuseBinary(start);
  const { encoding, markLength } = detectEncoding(start);
  let notes: RepairNote[] = [];
  const cleaner = controlCharacterCleaner((note) => notes.push(note));

  const tolerant = tolerantUtf8((text, at) => {
    notes.push({ code: 'encoding-assumed', line: cleaner.line() + countNewlines(text.slice(0, at)) });
  });
  const strict = encoding === 'utf-8' ? undefined : new TextDecoder(encoding);
  const decode: Decode =
    strict === undefined ? tolerant.decode : (chunk, last) => strict.decode(chunk, { stream: !last });

  async function* chunks(): AsyncGenerator<string> {
    let offset = markLength;
    for await (const chunk of source) {
      yield cleaner.clean(decode(asBuffer(chunk).subarray(offset), false));
      offset = 0;
    }
    yield cleaner.clean(decode(Buffer.alloc(0), true));
  }

  return {
    chunks: chunks(),
    encoding: () => (strict === undefined ? tolerant.encoding() : encoding),
    repairs: () => {
      const latest = notes;
      notes = [];
      return latest;
    },
  };
};
