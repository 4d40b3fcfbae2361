import type { RepairNote } from '../../domain/findings.ts';
import { UnreadableFile } from '../../application/ports/parts-list-reader.ts';
import { unsupportedRoot } from './refused-xml.ts';
import { fileCutOff, type Place, type TokenHandler } from './xml-tokens.ts';

/** Root, item, field and some tags in a remark: no list is deeper than this. */
const DEPTH_MAX = 32;

/** An order has some forty fields, of which those with an address are the longest. */
const GROUP_FIELDS_MAX = 100;
const GROUP_FIELD_LENGTH_MAX = 1_000;

/**
 * An `<ITEM>` with the text of its fields, and of the fields of the group around it that come before; `repeatedName`
 * names a field that may occur only once.
 */
export type Item = {
  readonly line: number;
  readonly fields: Map<string, string>;
  readonly groupFields: ReadonlyMap<string, string> | undefined;
  repeatedName: string | undefined;
};

/** The shape of the items in one kind of XML list. Names are in uppercase. */
export type ItemDialect = {
  readonly roots: ReadonlySet<string>;
  readonly itemTags: ReadonlySet<string>;
  /** An element with items and fields of its own. */
  readonly groupTag?: string;
  /** Whether `<name>` is a tag of such a list, and not part of a remark. */
  readonly isTag: (name: string) => boolean;
  /** The fields that an item may have only once, since a second one would change what is counted. */
  readonly uniqueFields: ReadonlySet<string>;
};

type Element = Place & { readonly name: string };

const notClosed = ({ name, line }: Element, closing: string, place: Place): UnreadableFile =>
  new UnreadableFile(
    'xml-malformed',
    `<${name}> in line ${line} is not closed before </${closing}>. Add </${name}>, or export the list once more.`,
    { ...place, field: name },
  );

/** Gathers the items of a list from its tags. The methods of `TokenHandler` throw `UnreadableFile`. */
export class ItemReader implements TokenHandler {
  /** How many tags were read. */
  tags = 0;
  readonly #dialect: ItemDialect;
  readonly #path: Element[] = [];
  #item: Item | undefined;
  #itemDepth = 0;
  #groupFields: Map<string, string> | undefined;
  #items: Item[] = [];
  #notes: RepairNote[] = [];
  #roots = 0;
  #strayText = false;

  constructor(dialect: ItemDialect) {
    this.#dialect = dialect;
  }

  isTag(name: string): boolean {
    return this.#path.length === 0 || this.#dialect.isTag(name);
  }

  open(name: string, place: Place): void {
    this.tags += 1;
    if (this.#path.length === 0) this.#openRoot(name, place);
    if (this.#path.length >= DEPTH_MAX)
      throw new UnreadableFile('xml-malformed', `Elements are nested more than ${DEPTH_MAX} deep.`, place);
    const item = this.#path[this.#itemDepth - 1];
    if (this.#isItem(name) && this.#item !== undefined && item !== undefined) throw notClosed(item, name, place);
    this.#path.push({ name, ...place });
    if (name === this.#dialect.groupTag) this.#groupFields = new Map();
    if (this.#isItem(name)) this.#openItem(place);
    else this.#openField(name);
  }

  close(name: string, place: Place): void {
    this.tags += 1;
    const element = this.#path.pop();
    if (element === undefined)
      throw new UnreadableFile('xml-malformed', `</${name}> closes nothing. Remove it.`, { ...place, field: name });
    if (element.name !== name) throw notClosed(element, name, place);
    if (!this.#isItem(name) || this.#item === undefined) return;
    this.#items.push(this.#item);
    this.#item = undefined;
  }

  text(text: string, { line }: Place): void {
    if (this.#path.length === 0) this.#noteStrayText(text, line);
    // Tags within a field belong to the field's text: path[itemDepth] is the field, however deep the text is.
    const field = this.#path[this.#itemDepth]?.name;
    const fields = this.#item?.fields;
    if (field !== undefined) fields?.set(field, (fields.get(field) ?? '') + text);
    if (fields === undefined) this.#addToGroup(text);
  }

  /** Throws `UnreadableFile` when something is not closed at the end of the file. */
  end(place: Place): void {
    const element = this.#path.findLast(({ name }) => this.#isItem(name)) ?? this.#path.at(-1);
    if (element !== undefined) throw fileCutOff(place, `within <${element.name}> of line ${element.line}`);
  }

  takeItems(): readonly Item[] {
    const latest = this.#items;
    this.#items = [];
    return latest;
  }

  /** The repairs since the last call. */
  takeRepairs(): readonly RepairNote[] {
    const latest = this.#notes;
    this.#notes = [];
    return latest;
  }

  #isItem(name: string): boolean {
    return this.#dialect.itemTags.has(name);
  }

  #openRoot(name: string, place: Place): void {
    if (!this.#dialect.roots.has(name)) throw unsupportedRoot(name, place);
    this.#roots += 1;
    if (this.#roots > 1) this.#notes.push({ code: 'list-appended', line: place.line });
  }

  #openItem({ line }: Place): void {
    const groupFields = this.#groupFields && new Map(this.#groupFields);
    this.#item = { line, fields: new Map(), groupFields, repeatedName: undefined };
    this.#itemDepth = this.#path.length;
  }

  #openField(name: string): void {
    const item = this.#item;
    if (item === undefined || this.#path.length !== this.#itemDepth + 1) return;
    if (item.fields.has(name) && this.#dialect.uniqueFields.has(name)) item.repeatedName ??= name;
    else item.fields.set(name, item.fields.get(name) ?? '');
  }

  /** Text beside the items, in a field of the group: its path ends with the group and the field. */
  #addToGroup(text: string): void {
    const [group, field] = this.#path.slice(-2);
    const fields = this.#groupFields;
    if (fields === undefined || field === undefined || group?.name !== this.#dialect.groupTag) return;
    if (fields.has(field.name) || fields.size < GROUP_FIELDS_MAX)
      fields.set(field.name, ((fields.get(field.name) ?? '') + text).slice(0, GROUP_FIELD_LENGTH_MAX));
  }

  #noteStrayText(text: string, line: number): void {
    if (this.#strayText || text.trim() === '') return;
    this.#strayText = true;
    this.#notes.push({ code: 'stray-text-skipped', line });
  }
}
