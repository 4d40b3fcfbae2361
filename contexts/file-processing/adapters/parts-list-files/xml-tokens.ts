import type { RepairCode, RepairNote } from '../../domain/findings.ts';
import { UnreadableFile } from '../../application/ports/parts-list-reader.ts';
import { documentTypeRefused } from './refused-xml.ts';
import { decodeReference, REFERENCE_LENGTH_MAX } from './xml-references.ts';

/** The position at which a token begins, from 1. */
export type Place = { readonly line: number; readonly column: number };

export interface TokenHandler {
  open(name: string, place: Place): void;
  close(name: string, place: Place): void;
  text(text: string, place: Place): void;
  /** Whether `<name>` is a tag here, and not text that looks like one. */
  isTag(name: string): boolean;
}

const TAG = /<(\/?)([A-Za-z_][\w.-]{0,63})(?:\s[^<>]{0,1000})?(\/?)>/y;
/** The longest tag that TAG matches: one closer to the end than that may be continued by the next chunk. */
const TAG_LENGTH_MAX = 1100;

/** Sections whose content is skipped, or taken as text, up to their end. */
const SECTIONS = [
  { begin: '<!--', end: '-->', isText: false },
  { begin: '<![CDATA[', end: ']]>', isText: true },
  { begin: '<?', end: '?>', isText: false },
] as const;
type Section = (typeof SECTIONS)[number];

const DOCTYPE = /<!doctype/iy;
/** A document type without entities: BrickStore writes its name and nothing else. */
const BARE_DOCTYPE = /<!doctype\s+[a-z]{1,40}\s{0,10}>/iy;
const BARE_DOCTYPE_MAX = 80;
const SECTION_BEGIN_MAX = 9;
const SPECIAL = /[<&]/g;
const BRACKET = /[<>]/g;

const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

/** Whether another bracket follows the one at `at`, so that more text would not make it a tag. */
const endsInText = (text: string, at: number): boolean => matchAt(BRACKET, text, at + 1) !== null;

/** A file whose end is missing. `where` completes "it ends …". */
export const fileCutOff = (place: Place, where: string): UnreadableFile =>
  new UnreadableFile('file-cut-off', `The file was cut off: it ends ${where}. Download or export it once more.`, place);

/**
 * Splits the XML of a parts list into tags and text as it arrives. Remarks in such files hold bare ampersands, HTML and
 * less-than signs, which an XML parser refuses: here whatever is no tag of a list is text, and each such repair is
 * noted. Attributes, comments, declarations and processing instructions are skipped.
 */
export class XmlTokenizer {
  readonly #handler: TokenHandler;
  #buffer = '';
  #at = 0;
  #line = 1;
  /** The beginning of the current line, relative to the buffer. */
  #lineStart = 0;
  /** The next end of a line in the buffer. */
  #newline = Infinity;
  #section: Section | undefined;
  #notes: RepairNote[] = [];

  constructor(handler: TokenHandler) {
    this.#handler = handler;
  }

  /** Handles more text. Returns the place up to which it is handled. Throws `UnreadableFile`. */
  write(text: string): Place {
    this.#buffer += text;
    if (this.#newline === Infinity) this.#findNewline(this.#at);
    this.#run(false);
    return this.#place();
  }

  /** Handles what was held back. Returns the place of the end. Throws `UnreadableFile`. */
  end(): Place {
    this.#run(true);
    if (this.#section !== undefined) throw fileCutOff(this.#place(), `before ${this.#section.end}`);
    return this.#place();
  }

  /** The repairs since the last call. */
  takeRepairs(): readonly RepairNote[] {
    const latest = this.#notes;
    this.#notes = [];
    return latest;
  }

  #place(): Place {
    return { line: this.#line, column: this.#at - this.#lineStart + 1 };
  }

  #note(code: RepairCode): void {
    this.#notes.push({ code, line: this.#line });
  }

  #findNewline(from: number): void {
    const index = this.#buffer.indexOf('\n', from);
    this.#newline = index === -1 ? Infinity : index;
  }

  #advance(to: number): void {
    while (this.#newline < to) {
      this.#line += 1;
      this.#lineStart = this.#newline + 1;
      this.#findNewline(this.#lineStart);
    }
    this.#at = to;
  }

  #text(to: number): void {
    if (to <= this.#at) return;
    this.#handler.text(this.#buffer.slice(this.#at, to), this.#place());
    this.#advance(to);
  }

  #run(final: boolean): void {
    while (this.#at < this.#buffer.length) {
      if (this.#section !== undefined) {
        if (!this.#passSection(this.#section, final)) break;
        continue;
      }
      const special = matchAt(SPECIAL, this.#buffer, this.#at);
      this.#text(special?.index ?? this.#buffer.length);
      if (special === null) break;
      if (!(special[0] === '<' ? this.#passMarkup(final) : this.#passReference(final))) break;
    }
    this.#buffer = this.#buffer.slice(this.#at);
    this.#lineStart -= this.#at;
    this.#newline -= this.#at;
    this.#at = 0;
  }

  /** Handles the rest of an open section; false when its end is still to come. */
  #passSection({ end, isText }: Section, final: boolean): boolean {
    const index = this.#buffer.indexOf(end, this.#at);
    const to = index === -1 ? this.#buffer.length - (final ? 0 : end.length - 1) : index;
    if (isText) this.#text(to);
    else this.#advance(Math.max(this.#at, to));
    if (index === -1) return false;
    this.#advance(index + end.length);
    this.#section = undefined;
    return true;
  }

  /** Handles what begins with `<`; false when more text is needed to tell. */
  #passMarkup(final: boolean): boolean {
    const remaining = this.#buffer.length - this.#at;
    if (!final && remaining < SECTION_BEGIN_MAX) return false;
    const second = this.#buffer.charAt(this.#at + 1);
    if (second === '!' || second === '?') {
      if (matchAt(DOCTYPE, this.#buffer, this.#at) !== null) return this.#passDocumentType(final);
      this.#section = SECTIONS.find(({ begin }) => this.#buffer.startsWith(begin, this.#at));
      if (this.#section !== undefined) {
        this.#openSection(this.#section);
        return true;
      }
    }
    const tag = matchAt(TAG, this.#buffer, this.#at);
    if (tag !== null) this.#passTag(tag);
    else if (remaining >= TAG_LENGTH_MAX || endsInText(this.#buffer, this.#at)) this.#asText('tag-escaped');
    else if (final) throw fileCutOff(this.#place(), 'within a tag');
    else return false;
    return true;
  }

  #passDocumentType(final: boolean): boolean {
    const bare = matchAt(BARE_DOCTYPE, this.#buffer, this.#at);
    if (bare !== null) this.#advance(this.#at + bare[0].length);
    else if (final || this.#buffer.length - this.#at >= BARE_DOCTYPE_MAX || endsInText(this.#buffer, this.#at))
      throw documentTypeRefused(this.#place());
    else return false;
    return true;
  }

  #openSection({ begin }: Section): void {
    if (begin === '<?' && (this.#line > 1 || this.#at > this.#lineStart)) this.#note('declaration-misplaced');
    this.#advance(this.#at + begin.length);
  }

  #passTag([whole, slash, name = '', selfClosing]: RegExpExecArray): void {
    if (!this.#handler.isTag(name)) {
      this.#asText('tag-escaped');
      return;
    }
    const tag = name.toUpperCase();
    if (slash === '') this.#handler.open(tag, this.#place());
    if (slash === '/' || selfClosing === '/') this.#handler.close(tag, this.#place());
    this.#advance(this.#at + whole.length);
  }

  /** Handles what begins with `&`; false when more text is needed to tell. */
  #passReference(final: boolean): boolean {
    if (!final && this.#buffer.length - this.#at < REFERENCE_LENGTH_MAX) return false;
    const reference = decodeReference(this.#buffer, this.#at);
    if (reference === undefined) {
      this.#asText('ampersand-escaped');
      return true;
    }
    if (reference.text === '') this.#note('control-character-removed');
    else this.#handler.text(reference.text, this.#place());
    this.#advance(this.#at + reference.length);
    return true;
  }

  /** The special character is one of the text. */
  #asText(code: RepairCode): void {
    this.#note(code);
    this.#text(this.#at + 1);
  }
}
