import { reject, unreachable, type Decider, type Decision, type Rejection } from '@lego-moc/kernel/decider';
import type { Message, UserId } from '@lego-moc/kernel/message';
import type { ContentKey, FileId } from './file-events.ts';
import { entriesOf, valueAt, withoutKey, withValue, type Shards } from './shards.ts';
import type { FileCounted, QuotaSet, StorageAccountEvent } from './storage-account-events.ts';

/**
 * Set space aside for an attempt: `needed` bytes altogether at least, `preferred` if there is room. `limit` is the quota
 * of the owner's roles.
 */
export type ReserveSpace = Message<
  'ReserveSpace',
  {
    owner: UserId;
    attempt: ContentKey;
    needed: number;
    preferred: number;
    limit: number;
    /** An attempt whose reservation goes over to this one. */
    replaces?: ContentKey;
  }
>;
/** Count the file of an attempt whose bytes are durable; `contentKey` of one that is stored already. */
export type CountFile = Message<
  'CountFile',
  { owner: UserId; attempt: ContentKey; fileId: FileId; sha256: string; size: number; contentKey?: ContentKey }
>;
/** Free what an attempt takes, whether it became a file or not. */
export type ReleaseSpace = Message<'ReleaseSpace', { attempt: ContentKey }>;
export type SetQuota = Message<'SetQuota', QuotaSet['data']>;
export type StorageAccountCommand = ReserveSpace | CountFile | ReleaseSpace | SetQuota;

export type StorageAccountRejection = 'quota-exceeded';

export type CountedFile = {
  readonly fileId: FileId;
  readonly sha256: string;
  readonly size: number;
  readonly contentKey: ContentKey;
};

/** Contents are counted once, however many files of the owner have them. */
export type StorageAccount = {
  readonly quotaBytes: number | null;
  /** By attempt. */
  readonly reserved: Shards<number>;
  readonly files: Shards<CountedFile>;
  /** The key of the content with this hash. */
  readonly contents: Shards<ContentKey>;
  /** How many files have their bytes under this key. */
  readonly references: Shards<number>;
  readonly reservedBytes: number;
  readonly usedBytes: number;
  readonly fileCount: number;
  /** The sizes of all files: more than `usedBytes` when some have the same content. */
  readonly fileBytes: number;
};

/** Bytes for people to read. */
const inWords = (bytes: number): string =>
  bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

type Shortage = { readonly used: number; readonly limit: number; readonly wouldFit: number };

const quotaExceeded = ({ used, limit, wouldFit }: Shortage): Rejection<StorageAccountRejection> =>
  reject(
    'quota-exceeded',
    `Your files take ${inWords(used)} of the ${inWords(limit)} that you may store; a file of ${inWords(wouldFit)} would fit. Delete files that you do not need any more.`,
    { used, limit, wouldFit },
  );

type AccountDecision = Decision<StorageAccountEvent, StorageAccountRejection>;

const reserve = (
  { data: { owner, attempt, needed, preferred, limit: limitOfRoles, replaces } }: ReserveSpace,
  account: StorageAccount,
): AccountDecision => {
  const own = valueAt(account.reserved, attempt) ?? 0;
  if (own >= needed || valueAt(account.files, attempt) !== undefined) return [];
  const limit = account.quotaBytes ?? limitOfRoles;
  const replacedBytes = replaces === undefined ? undefined : valueAt(account.reserved, replaces);
  const occupiedBytes = account.usedBytes + account.reservedBytes - own - (replacedBytes ?? 0);
  const wouldFit = Math.max(0, limit - occupiedBytes);
  if (needed > wouldFit) return quotaExceeded({ used: occupiedBytes, limit, wouldFit });
  const reservation = { owner, attempt, bytes: Math.min(preferred, wouldFit) };
  return [
    ...(replaces === undefined || replacedBytes === undefined
      ? []
      : [{ type: 'ReservationReleased', data: { attempt: replaces } } as const]),
    { type: 'SpaceReserved', data: reservation },
  ];
};

const count = ({ data }: CountFile, account: StorageAccount): AccountDecision =>
  valueAt(account.files, data.attempt) === undefined
    ? [
        {
          type: 'FileCounted',
          data: {
            ...data,
            contentKey: data.contentKey ?? valueAt(account.contents, data.sha256) ?? data.attempt,
          },
        },
      ]
    : [];

const release = ({ data: { attempt } }: ReleaseSpace, account: StorageAccount): AccountDecision => {
  if (valueAt(account.files, attempt) !== undefined) return [{ type: 'FileUncounted', data: { attempt } }];
  if (valueAt(account.reserved, attempt) !== undefined) return [{ type: 'ReservationReleased', data: { attempt } }];
  return [];
};

const decide = (command: StorageAccountCommand, account: StorageAccount): AccountDecision => {
  switch (command.type) {
    case 'ReserveSpace':
      return reserve(command, account);
    case 'CountFile':
      return count(command, account);
    case 'ReleaseSpace':
      return release(command, account);
    case 'SetQuota':
      return command.data.bytes === account.quotaBytes ? [] : [{ type: 'QuotaSet', data: command.data }];
    default:
      return unreachable(command);
  }
};

const withReservation = (account: StorageAccount, attempt: ContentKey, bytes: number): StorageAccount => {
  const before = valueAt(account.reserved, attempt) ?? 0;
  return {
    ...account,
    reserved: bytes === 0 ? withoutKey(account.reserved, attempt) : withValue(account.reserved, attempt, bytes),
    reservedBytes: account.reservedBytes - before + bytes,
  };
};

const withFile = (
  before: StorageAccount,
  { attempt, fileId, sha256, size, contentKey }: FileCounted['data'],
): StorageAccount => {
  if (valueAt(before.files, attempt) !== undefined) return before;
  const account = withReservation(before, attempt, 0);
  const references = valueAt(account.references, contentKey) ?? 0;
  return {
    ...account,
    files: withValue(account.files, attempt, { fileId, sha256, size, contentKey }),
    contents: withValue(account.contents, sha256, valueAt(account.contents, sha256) ?? contentKey),
    references: withValue(account.references, contentKey, references + 1),
    usedBytes: account.usedBytes + (references === 0 ? size : 0),
    fileCount: account.fileCount + 1,
    fileBytes: account.fileBytes + size,
  };
};

const withoutFile = (account: StorageAccount, attempt: ContentKey): StorageAccount => {
  const file = valueAt(account.files, attempt);
  if (file === undefined) return account;
  const { sha256, size, contentKey } = file;
  const references = (valueAt(account.references, contentKey) ?? 1) - 1;
  const isLast = references === 0;
  return {
    ...account,
    files: withoutKey(account.files, attempt),
    contents:
      isLast && valueAt(account.contents, sha256) === contentKey
        ? withoutKey(account.contents, sha256)
        : account.contents,
    references: isLast
      ? withoutKey(account.references, contentKey)
      : withValue(account.references, contentKey, references),
    usedBytes: account.usedBytes - (isLast ? size : 0),
    fileCount: account.fileCount - 1,
    fileBytes: account.fileBytes - size,
  };
};

const evolve = (account: StorageAccount, event: StorageAccountEvent): StorageAccount => {
  switch (event.type) {
    case 'SpaceReserved':
      return withReservation(account, event.data.attempt, event.data.bytes);
    case 'ReservationReleased':
      return withReservation(account, event.data.attempt, 0);
    case 'FileCounted':
      return withFile(account, event.data);
    case 'FileUncounted':
      return withoutFile(account, event.data.attempt);
    case 'QuotaSet':
      return { ...account, quotaBytes: event.data.bytes };
    default:
      return unreachable(event);
  }
};

/** Whether a file of the owner has its bytes under this key. */
export const isReferenced = ({ references }: StorageAccount, contentKey: ContentKey): boolean =>
  valueAt(references, contentKey) !== undefined;

/** Every attempt that takes space, and the file that it became, if it did. */
export const attemptsOf = ({
  reserved,
  files,
}: StorageAccount): readonly { readonly attempt: ContentKey; readonly file?: CountedFile }[] => [
  ...entriesOf(reserved).map(([attempt]) => ({ attempt: attempt as ContentKey })),
  ...entriesOf(files).map(([attempt, file]) => ({ attempt: attempt as ContentKey, file })),
];

/**
 * The storage usage of an owner, and the reservations of uploads that have begun. Uploads beyond the quota are refused.
 */
export const storageAccountDecider: Decider<
  StorageAccountCommand,
  StorageAccount,
  StorageAccountEvent,
  StorageAccountRejection
> = {
  initial: {
    quotaBytes: null,
    reserved: {},
    files: {},
    contents: {},
    references: {},
    reservedBytes: 0,
    usedBytes: 0,
    fileCount: 0,
    fileBytes: 0,
  },
  decide,
  evolve,
};
