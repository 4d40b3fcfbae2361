import type { ContentKey } from '../domain/file-events.ts';
import { contentKeyOf, type File, type StoredState } from '../domain/file.ts';
import { attemptsOf, type StorageAccount } from '../domain/storage-account.ts';
import { isOfferOpen, offeredFileOf } from './offers.ts';
import { accountId } from './storage-accounts.ts';

/** All that is stored, as it was read at one time. */
export type StorageInventory = {
  /** Every file that has a stream. */
  readonly files: ReadonlyMap<string, File>;
  /** By the id of their streams. */
  readonly accounts: ReadonlyMap<string, StorageAccount>;
  /** The keys of all objects. */
  readonly objects: ReadonlySet<string>;
  /** The ids of all files that other contexts refer to. */
  readonly references: ReadonlySet<string>;
};

export type AuditFindings = {
  /** Objects that no event names, and no work in progress. */
  readonly orphans: readonly string[];
  /** Objects that an event names and that do not exist. */
  readonly missing: readonly string[];
  /** Stored files that nothing refers to, but those of direct uploads that still may be attached to something. */
  readonly unreferenced: readonly string[];
  /** Files that something refers to and that are not stored. */
  readonly dangling: readonly string[];
  /** Attempts that an account counts and should not, or should count and does not. */
  readonly miscounted: readonly string[];
};

/** An attempt that is counted wrongly, and the file to count if it is one. */
export type Miscount = { readonly accountId: string; readonly attempt: ContentKey; readonly file?: StoredState };

const PENDING = 'pending/';

export const storedFilesIn = ({ files }: Pick<StorageInventory, 'files'>): readonly StoredState[] =>
  [...files.values()].flatMap((file) => (file.status === 'stored' ? [file] : []));

/** The keys of all bytes of a file. */
const keysOf = (file: StoredState): readonly string[] => {
  const { image } = file;
  const renditions = image === undefined || image === 'failed' ? [] : image.renditions;
  return [contentKeyOf(file), ...renditions.map(({ key }) => key)];
};

/** The differences between accounts and stored files. What is reserved for an attempt in progress is none. */
export const miscountsIn = ({ files, accounts, objects }: StorageInventory): readonly Miscount[] => {
  const filesByKey = new Map(storedFilesIn({ files }).map((file) => [file.key, file]));
  const entries = new Map(
    [...accounts].flatMap(([id, account]) => attemptsOf(account).map((entry) => [entry.attempt, { id, ...entry }])),
  );
  const uncountedFiles = [...filesByKey.values()]
    .filter(({ key }) => entries.get(key)?.file === undefined)
    .map((file) => ({ accountId: accountId(file.owner), attempt: file.key, file }));
  const extra = [...entries.values()]
    .filter(({ attempt }) => !filesByKey.has(attempt) && !objects.has(PENDING + attempt))
    .filter(({ attempt }) => !isOfferOpen(objects, attempt.split('/', 1)[0]))
    .map(({ id, attempt }) => ({ accountId: id, attempt }));
  return [...uncountedFiles, ...extra];
};

/** Compares events, objects and references. */
export const auditStorage = (inventory: StorageInventory): AuditFindings => {
  const { objects, references } = inventory;
  const storedFiles = storedFilesIn(inventory);
  const namedKeys = new Set(storedFiles.flatMap(keysOf));
  const ids = new Set<string>(storedFiles.map(({ fileId }) => fileId));
  const isOrphan = (key: string): boolean =>
    !key.startsWith(PENDING) &&
    !isOfferOpen(objects, offeredFileOf(key)) &&
    !namedKeys.has(key) &&
    !objects.has(PENDING + key) &&
    // Renditions are durable before the event that names them.
    !(key.includes('/rendition-') && ids.has(key.split('/', 1)[0] ?? ''));
  return {
    orphans: [...objects].filter(isOrphan),
    missing: [...namedKeys].filter((key) => !objects.has(key)),
    unreferenced: [...ids].filter((fileId) => !references.has(fileId) && !isOfferOpen(objects, fileId)),
    dangling: [...references].filter((fileId) => !ids.has(fileId)),
    miscounted: miscountsIn(inventory).map(({ attempt }) => attempt),
  };
};

export const findingsIn = (findings: AuditFindings): number =>
  Object.values(findings).reduce((sum, keys: readonly string[]) => sum + keys.length, 0);

/** Only what both audits found: work in progress differs from one reading to the next. */
export const inBoth = (first: AuditFindings, other: AuditFindings): AuditFindings => {
  const common = (kind: keyof AuditFindings): readonly string[] =>
    first[kind].filter((finding) => other[kind].includes(finding));
  return {
    orphans: common('orphans'),
    missing: common('missing'),
    unreferenced: common('unreferenced'),
    dangling: common('dangling'),
    miscounted: common('miscounted'),
  };
};
