import { derivedId } from '@lego-moc/kernel/ids';
import { reject, unreachable, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Brand, Instant, Message, UserId } from '@lego-moc/kernel/message';
import { partKey } from './catalogue.ts';
import type { ColourScheme } from './colour-scheme.ts';
import { linkKey } from './part-links.ts';

export type PartLinkId = Brand<string, 'PartLinkId'>;

/** What a user says that a number of another system stands for. */
export type OwnLink = {
  readonly scheme: ColourScheme;
  /** The number as it was written. */
  readonly number: string;
  readonly partNumber: string;
  readonly provenance: string;
};

export type ImportPartLinks = Message<
  'ImportPartLinks',
  { owner: UserId; links: readonly OwnLink[]; replace: boolean; at: Instant }
>;
/** Changes what is given and keeps what is not. */
export type ChangePartLink = Message<
  'ChangePartLink',
  { owner: UserId; linkId: PartLinkId; change: Partial<Pick<OwnLink, 'partNumber' | 'provenance'>>; at: Instant }
>;
export type DeletePartLink = Message<'DeletePartLink', { owner: UserId; linkId: PartLinkId; at: Instant }>;
export type ClearPartLinks = Message<'ClearPartLinks', { owner: UserId; at: Instant }>;
export type ErasePartLinks = Message<'ErasePartLinks', { owner: UserId; at: Instant }>;
export type OwnLinksCommand = ImportPartLinks | ChangePartLink | DeletePartLink | ClearPartLinks | ErasePartLinks;

export type OwnLinksRejection = 'part-link-not-found' | 'too-many-part-links' | 'user-erased';

/** Numbers stand for parts in the lists of the user from now on, whatever they stood for before. */
export type PartLinksImported = Message<
  'PartLinksImported',
  { owner: UserId; links: readonly OwnLink[]; importedAt: Instant }
>;
/** A number stands for another part, or somebody else says so; `link` is the whole of it. */
export type PartLinkChanged = Message<'PartLinkChanged', { owner: UserId; link: OwnLink; changedAt: Instant }>;
/** The number means nothing any more in lists that are read from now on. */
export type PartLinkDeleted = Message<'PartLinkDeleted', { owner: UserId; linkId: PartLinkId; deletedAt: Instant }>;
/** The user has no table any more. */
export type PartLinksCleared = Message<'PartLinksCleared', { owner: UserId; clearedAt: Instant }>;
/** The user's account was erased, and their table with it. */
export type PartLinksErased = Message<'PartLinksErased', { owner: UserId; erasedAt: Instant }>;
export type OwnLinksEvent = PartLinksImported | PartLinkChanged | PartLinkDeleted | PartLinksCleared | PartLinksErased;

/** The table of a user by `PartLinkId`; a record rather than a map, since the cache of states measures its JSON. */
export type OwnLinks = { readonly links: Readonly<Record<string, OwnLink>>; readonly isErased: boolean };

/** A fifth of the numbers in which BrickLink and Rebrickable differ; whole cross-walks are for operators. */
export const PART_LINKS_MAX = 10_000;

/** Keeps an event below what event stores accept, however long its numbers are. */
const LINKS_PER_EVENT = 1_000;

/** The id of the link of a number, in each table the same. */
export const partLinkIdOf = ({ scheme, number }: Pick<OwnLink, 'scheme' | 'number'>): PartLinkId =>
  derivedId('part-link', linkKey(scheme, partKey(number))) as PartLinkId;

/** What an import of links into a table does. */
export type LinkChanges = {
  readonly added: readonly OwnLink[];
  readonly replaced: readonly OwnLink[];
  readonly unchanged: number;
  /** Links that contradict the table; none when they replace what it says. */
  readonly contradictions: readonly { readonly link: OwnLink; readonly current: OwnLink }[];
};

const isSamePart = (some: OwnLink, other: OwnLink): boolean => partKey(some.partNumber) === partKey(other.partNumber);

/** Compares links with the table that they are imported into. Each number is there once. */
export const compareLinks = ({ links: table }: OwnLinks, links: readonly OwnLink[], replace: boolean): LinkChanges => {
  const newLinks: OwnLink[] = [];
  const conflicts: { readonly link: OwnLink; readonly current: OwnLink }[] = [];
  for (const link of links) {
    const current = table[partLinkIdOf(link)];
    if (current === undefined) newLinks.push(link);
    else if (!isSamePart(current, link)) conflicts.push({ link, current });
  }
  return {
    added: newLinks,
    replaced: replace ? conflicts.map(({ link }) => link) : [],
    unchanged: links.length - newLinks.length - conflicts.length,
    contradictions: replace ? [] : conflicts,
  };
};

type OwnLinksDecision = Decision<OwnLinksEvent, OwnLinksRejection>;

const notFound = reject('part-link-not-found', 'Your table has no such number.');

const importLinks = ({ data }: ImportPartLinks, state: OwnLinks): OwnLinksDecision => {
  const { owner, at: importedAt } = data;
  const { added, replaced } = compareLinks(state, data.links, data.replace);
  if (Object.keys(state.links).length + added.length > PART_LINKS_MAX)
    return reject('too-many-part-links', `A table has at most ${PART_LINKS_MAX.toLocaleString('en')} numbers.`);
  const changes = [...added, ...replaced];
  return Array.from({ length: Math.ceil(changes.length / LINKS_PER_EVENT) }, (_, index) => ({
    type: 'PartLinksImported',
    data: { owner, links: changes.slice(index * LINKS_PER_EVENT, (index + 1) * LINKS_PER_EVENT), importedAt },
  }));
};

const change = ({ data }: ChangePartLink, { links }: OwnLinks): OwnLinksDecision => {
  const { owner, linkId, at: changedAt } = data;
  const current = links[linkId];
  if (current === undefined) return notFound;
  const link = { ...current, ...data.change };
  const isSame = link.partNumber === current.partNumber && link.provenance === current.provenance;
  return isSame ? [] : [{ type: 'PartLinkChanged', data: { owner, link, changedAt } }];
};

const decide = (command: OwnLinksCommand, state: OwnLinks): OwnLinksDecision => {
  const { owner, at } = command.data;
  if (command.type === 'ErasePartLinks')
    return state.isErased ? [] : [{ type: 'PartLinksErased', data: { owner, erasedAt: at } }];
  if (state.isErased) return reject('user-erased', 'The account of this table was erased.');
  switch (command.type) {
    case 'ImportPartLinks':
      return importLinks(command, state);
    case 'ChangePartLink':
      return change(command, state);
    case 'DeletePartLink': {
      const { linkId } = command.data;
      return linkId in state.links ? [{ type: 'PartLinkDeleted', data: { owner, linkId, deletedAt: at } }] : notFound;
    }
    case 'ClearPartLinks':
      return Object.keys(state.links).length === 0
        ? []
        : [{ type: 'PartLinksCleared', data: { owner, clearedAt: at } }];
    default:
      return unreachable(command);
  }
};

const evolve = (state: OwnLinks, event: OwnLinksEvent): OwnLinks => {
  switch (event.type) {
    case 'PartLinksImported': {
      const changes = Object.fromEntries(event.data.links.map((link) => [partLinkIdOf(link), link]));
      return { ...state, links: { ...state.links, ...changes } };
    }
    case 'PartLinkChanged': {
      const { link } = event.data;
      return { ...state, links: { ...state.links, [partLinkIdOf(link)]: link } };
    }
    case 'PartLinkDeleted': {
      const links = Object.entries(state.links).filter(([linkId]) => linkId !== event.data.linkId);
      return { ...state, links: Object.fromEntries(links) };
    }
    case 'PartLinksCleared':
      return { ...state, links: {} };
    case 'PartLinksErased':
      return { links: {}, isErased: true };
    default:
      return unreachable(event);
  }
};

/** The table of part numbers that a user has brought. */
export const ownLinksDecider: Decider<OwnLinksCommand, OwnLinks, OwnLinksEvent, OwnLinksRejection> = {
  initial: { links: {}, isErased: false },
  decide,
  evolve,
};
