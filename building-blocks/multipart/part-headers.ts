import { Transform } from 'node:stream';

/** A part that would be dropped or misread without a word: its number from 1, its name if it has one, and why. */
export class MalformedPart extends Error {
  readonly part: number;
  readonly field: string | undefined;

  constructor(part: number, field: string | undefined, reason: string) {
    super(reason);
    this.name = 'MalformedPart';
    this.part = part;
    this.field = field;
  }
}

const HEADER_BYTES_MAX = 16 * 1024;
const FILE_NAME_LENGTH_MAX = 255;

/** One parameter: a token, `=`, and a token or a quoted string (RFC 7578 section 4.2, RFC 2183). */
const PARAMETER = /;[ \t]*([!#$%&'*+.^_`|~\w-]+)=(?:([!#$%&'*+.^_`|~\w-]+)|"((?:[^"\\]|\\.)*)")[ \t]*/y;
const FORM_DATA = /^form-data[ \t]*/i;
const EXTENDED_VALUE = /^UTF-8'[\w-]*'((?:[\w!#$&+.^`|~-]|%[\dA-F]{2})+)$/i;
// eslint-disable-next-line no-control-regex -- control characters are what is refused
const CONTROL = /[\u0000-\u001f\u007f]/;

/** The parameters of a Content-Disposition in latin1; `undefined` when it is not form-data or breaks the grammar. */
const parametersOf = (disposition: string): ReadonlyMap<string, string> | undefined => {
  const type = FORM_DATA.exec(disposition);
  if (type === null) return undefined;
  const parameters = new Map<string, string>();
  for (PARAMETER.lastIndex = type[0].length; PARAMETER.lastIndex < disposition.length;) {
    const match = PARAMETER.exec(disposition);
    if (match === null) return undefined;
    parameters.set((match[1] ?? '').toLowerCase(), match[2] ?? match[3] ?? '');
  }
  return parameters;
};

const extendedName = (value: string): string | undefined => {
  const encodedText = EXTENDED_VALUE.exec(value)?.[1];
  try {
    return encodedText === undefined ? undefined : decodeURIComponent(encodedText);
  } catch {
    return undefined;
  }
};

const decodeUtf8 = (latin1: string): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(latin1, 'latin1'));
  } catch {
    return undefined;
  }
};

const fileNameFault = (parameters: ReadonlyMap<string, string>): string | undefined => {
  const extendedValue = parameters.get('filename*');
  const name = extendedValue === undefined ? decodeUtf8(parameters.get('filename') ?? '') : extendedName(extendedValue);
  if (name === undefined) return 'The file name is not valid UTF-8.';
  if (CONTROL.test(name)) return 'The file name contains a control character.';
  return name.length > FILE_NAME_LENGTH_MAX ? `The file name is longer than 255 characters.` : undefined;
};

/** Throws `MalformedPart` for a part whose header does not say what the part is. */
const validate = (part: number, header: string): void => {
  const disposition = /^content-disposition:[ \t]*(.*)$/im.exec(header.replaceAll(/\r\n[ \t]+/g, ' '))?.[1];
  if (disposition === undefined) throw new MalformedPart(part, undefined, 'The part has no Content-Disposition.');
  const parameters = parametersOf(disposition.trim());
  if (parameters === undefined)
    throw new MalformedPart(part, undefined, 'The Content-Disposition cannot be read: put the file name in quotes.');
  const name = decodeUtf8(parameters.get('name') ?? '');
  if (name === undefined || name === '') throw new MalformedPart(part, undefined, 'The part has no name.');
  const fault = fileNameFault(parameters);
  if (fault !== undefined) throw new MalformedPart(part, name, fault);
};

const HEADER_END = '\r\n\r\n';

export type PartHeaders = {
  /** Passes the body on as it is. Fails with `MalformedPart`. */
  readonly validate: Transform;
  /** How many parts have begun. */
  readonly parts: () => number;
};

/**
 * Looks at the headers of a multipart body before a lenient parser does, which would drop or misread some parts without
 * a word. Holds no more than a header and a delimiter.
 */
export const partHeaders = (boundary: string): PartHeaders => {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  let unreadBytes = Buffer.from('\r\n');
  let part = 0;
  let isHeader = false;
  let isOver = false;

  /** Moves behind the next header or delimiter; false when it is not complete yet. */
  const advance = (): boolean => {
    if (isHeader) {
      const end = unreadBytes.indexOf(HEADER_END);
      if (end === -1 && unreadBytes.length > HEADER_BYTES_MAX)
        throw new MalformedPart(part, undefined, 'The header of the part is too long.');
      if (end === -1) return false;
      validate(part, unreadBytes.toString('latin1', 0, end));
      unreadBytes = unreadBytes.subarray(end + 2);
      isHeader = false;
      return true;
    }
    const at = unreadBytes.indexOf(delimiter);
    if (at === -1 || unreadBytes.length < at + delimiter.length + 2) {
      unreadBytes = unreadBytes.subarray(at === -1 ? Math.max(0, unreadBytes.length - delimiter.length) : at);
      return false;
    }
    const after = unreadBytes.toString('latin1', at + delimiter.length, at + delimiter.length + 2);
    unreadBytes = unreadBytes.subarray(at + delimiter.length + (after === '\r\n' ? 2 : 0));
    isHeader = after === '\r\n';
    isOver = after === '--';
    if (isHeader) part += 1;
    return !isOver;
  };

  const check = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      try {
        if (!isOver) unreadBytes = Buffer.concat([unreadBytes, chunk]);
        while (!isOver && advance());
        callback(null, chunk);
      } catch (error) {
        callback(error as Error);
      }
    },
  });
  return { validate: check, parts: () => part };
};
