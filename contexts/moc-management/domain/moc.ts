import { reject, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { DraftMoc, MocCommand, OwnersCommand, ReviseMoc } from './moc-commands.ts';
import { changeDescription, descriptionIn, isSameDescription } from './description.ts';
import type { AttachedFile, Description, MocDrafted, MocEvent, MocId, WithdrawnFile } from './moc-events.ts';
import {
  changeFiles,
  evolveFiles,
  FILES_MAX,
  isFilesCommand,
  isFilesEvent,
  tooManyFiles,
  type FilesRejection,
} from './files.ts';
import { isGalleryLinkEvent } from './gallery-link-events.ts';
import {
  changeLinks,
  evolveLinks,
  GALLERY_LINKS_MAX,
  isLinkCommand,
  tooManyLinks,
  type GalleryLink,
  type GalleryLinkRejection,
} from './gallery-links.ts';
import { boundLicence, type Credit } from './lineage.ts';
import { changeList, settle, type PartsListRejection } from './parts-list-decisions.ts';
import { changePublication, evolveVersions, isPublicationEvent, type PublicationRejection } from './publication.ts';
import { evolveLists, listingOf, type PartsList } from './parts-lists.ts';
import { nameSuccessor, type SuccessionRejection } from './succession.ts';
import type { Version } from './versions.ts';
import { withdrawFile, withoutFile, withWithdrawnFile } from './withdrawn-files.ts';

export type MocRejection =
  | 'moc-not-found'
  | 'moc-id-taken'
  | 'moc-deleted'
  | 'not-the-owner'
  | 'not-a-set'
  | 'licence-bound'
  | FilesRejection
  | PartsListRejection
  | GalleryLinkRejection
  | PublicationRejection
  | SuccessionRejection;

/** A MOC is drafted, gathers files and parts lists, is published, and may be deleted at any time, for good. */
export type Moc =
  | { readonly status: 'absent' }
  | LivingMoc
  | {
      readonly status: 'deleted';
      readonly owner: UserId;
      /** What takes its place, if it was published and its owner has said so. */
      readonly successor?: MocId;
    };

export type LivingMoc = Description & {
  readonly status: 'draft' | 'published';
  readonly owner: UserId;
  readonly title: string;
  readonly files: readonly AttachedFile[];
  readonly partsLists: readonly PartsList[];
  readonly galleryLinks: readonly GalleryLink[];
  /** What it was made of, the nearest first. */
  readonly lineage: readonly Credit[];
  /** Every publication, oldest first. */
  readonly versions: readonly Version[];
  /** Files that were withdrawn for a virus, the latest last. */
  readonly withdrawnFiles: readonly WithdrawnFile[];
  /** The MOC that takes its place; null while none does. */
  readonly successor: MocId | null;
};

type MocDecision = Decision<MocEvent, MocRejection>;

const decide = (command: MocCommand, moc: Moc): MocDecision => {
  switch (command.type) {
    case 'DraftMoc':
      return draft(command, moc);
    case 'CountParts':
    case 'GiveUpOnParts':
    case 'AwaitPartsDecision':
      return moc.status === 'absent' ? unknown : settle(command, moc.status === 'deleted' ? [] : moc.partsLists);
    case 'VerifyGalleryLink':
    case 'DropGalleryLink':
      return moc.status === 'absent' || moc.status === 'deleted' ? [] : changeLinks(command, moc.galleryLinks);
    case 'WithdrawFile':
      return withdrawFile(command, moc);
    default:
      return asOwner(command, moc);
  }
};

const unknown = reject('moc-not-found', 'There is no such MOC.');

/** For all users but its owner a draft does not exist. */
const refusedToOthers = ({ status }: Moc): MocDecision =>
  status === 'published' ? reject('not-the-owner', 'Only its owner may change a MOC.') : unknown;

const afterDeletion = ({ type }: OwnersCommand): MocDecision =>
  type === 'DeleteMoc' ? [] : reject('moc-deleted', 'A deleted MOC cannot be changed.');

const asOwner = (command: OwnersCommand, moc: Moc): MocDecision => {
  if (moc.status === 'absent') return unknown;
  if (moc.owner !== command.data.by) return refusedToOthers(moc);
  if (moc.status === 'deleted') return afterDeletion(command);

  if (isFilesCommand(command)) return changeFiles(command, moc);
  if (isLinkCommand(command)) return changeLinks(command, moc.galleryLinks);
  switch (command.type) {
    case 'ReviseMoc':
      return revise(command, moc);
    case 'PublishMoc':
    case 'RevertMoc':
      return changePublication(command, moc);
    case 'NameSuccessor':
      return nameSuccessor(command, moc.successor);
    case 'DeleteMoc':
      return [{ type: 'MocDeleted', data: { mocId: command.data.mocId, deletedAt: command.data.at } }];
    default:
      return changeList(command, moc);
  }
};

const draft = ({ data }: DraftMoc, moc: Moc): MocDecision => {
  const { mocId, by, at, title, files, partsLists, lineage = [], galleryLinks = [] } = data;
  if (moc.status !== 'absent') {
    return moc.owner === by ? [] : reject('moc-id-taken', 'That id names another MOC.');
  }
  if (files.length > FILES_MAX) return tooManyFiles;
  if (galleryLinks.length > GALLERY_LINKS_MAX) return tooManyLinks;
  const licence = boundLicence(by, lineage);
  if (licence !== undefined && data.licence !== undefined && data.licence !== licence) return licenceBound;
  const description = { ...descriptionIn(data), ...(licence === undefined ? {} : { licence }) };
  const credits = lineage.length === 0 ? {} : { lineage };
  return [
    { type: 'MocDrafted', data: { mocId, owner: by, title, ...description, ...credits, draftedAt: at } },
    ...files.map((file): MocEvent => ({ type: 'FileAttached', data: { mocId, file } })),
    ...partsLists.flatMap((list) => listingOf(mocId, list)),
    ...galleryLinks.map((link): MocEvent => ({ type: 'GalleryItemLinked', data: { mocId, ...link, linkedAt: at } })),
  ];
};

const revise = ({ data: { mocId, title = '', ...change } }: ReviseMoc, moc: LivingMoc): MocDecision => {
  if (change.set !== undefined && moc.set === undefined) return notASet;
  const licence = boundLicence(moc.owner, moc.lineage);
  if (licence !== undefined && change.licence !== undefined && change.licence !== licence) return licenceBound;
  const titleEvents: readonly MocEvent[] =
    title === '' || title === moc.title ? [] : [{ type: 'MocRetitled', data: { mocId, title } }];
  const description = changeDescription(moc, change);
  return isSameDescription(moc, description)
    ? titleEvents
    : [...titleEvents, { type: 'MocDescribed', data: { mocId, ...description } }];
};

const evolve = (moc: Moc, event: MocEvent): Moc => {
  if (event.type === 'MocDrafted') return newMoc(event.data);
  if (moc.status === 'absent' || moc.status === 'deleted') return moc;

  if (isPublicationEvent(event)) return publishedBy(moc, event);
  if (isFilesEvent(event)) return { ...moc, files: evolveFiles(moc.files, event) };
  if (isGalleryLinkEvent(event)) return { ...moc, galleryLinks: evolveLinks(moc.galleryLinks, event) };

  switch (event.type) {
    case 'MocRetitled':
      return { ...moc, title: event.data.title };
    case 'MocDescribed':
      return { ...moc, ...descriptionIn(event.data) };
    case 'FileWithdrawn': {
      const { fileId } = event.data.file;
      const versions = moc.versions.map((version) => withoutFile(version, fileId));
      const withdrawnFiles = withWithdrawnFile(moc.withdrawnFiles, event.data);
      return { ...withoutFile(moc, fileId), versions, withdrawnFiles };
    }
    case 'SuccessorNamed':
      return { ...moc, successor: event.data.successor };
    case 'MocDeleted':
      return deletedMoc(moc);
    default:
      return { ...moc, partsLists: evolveLists(moc.partsLists, event) };
  }
};

const newMoc = (data: MocDrafted['data']): LivingMoc => {
  const { owner, title, lineage = [] } = data;
  const empty = {
    files: [],
    partsLists: [],
    galleryLinks: [],
    lineage,
    versions: [],
    withdrawnFiles: [],
    successor: null,
  };
  return { status: 'draft', owner, title, ...descriptionIn(data), ...empty };
};

/** Nobody but its owner has known of a draft, so that it leads nowhere. */
const deletedMoc = ({ status, owner, successor }: LivingMoc): Moc =>
  status === 'draft' || successor === null ? { status: 'deleted', owner } : { status: 'deleted', owner, successor };

const publishedBy = (moc: LivingMoc, event: Parameters<typeof evolveVersions>[1]): LivingMoc => ({
  ...moc,
  status: event.type === 'MocReverted' ? moc.status : 'published',
  versions: evolveVersions(moc, event),
});

const licenceBound = reject(
  'licence-bound',
  'It is made of a MOC whose licence has to be shared: it keeps that licence.',
);

const notASet = reject('not-a-set', 'Brand, number, release year and retirement are details of a set; this is a MOC.');

export const mocDecider: Decider<MocCommand, Moc, MocEvent, MocRejection> = {
  initial: { status: 'absent' },
  decide,
  evolve,
};
