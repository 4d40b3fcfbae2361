import type { Message, UserId } from '@lego-moc/kernel/message';
import type { ContentKey, FileId } from './file-events.ts';

/** Space was set aside for an attempt to upload. Replaces what was set aside for the same attempt before. */
export type SpaceReserved = Message<'SpaceReserved', { owner: UserId; attempt: ContentKey; bytes: number }>;

/** An attempt ended without a file; the space that was set aside for it is free. */
export type ReservationReleased = Message<'ReservationReleased', { attempt: ContentKey }>;

/**
 * A file of the owner takes space. `contentKey` is where its bytes lie: those of the attempt, or the same content of
 * an earlier file, which then takes no more space than before.
 */
export type FileCounted = Message<
  'FileCounted',
  { owner: UserId; attempt: ContentKey; fileId: FileId; sha256: string; size: number; contentKey: ContentKey }
>;

/** A file of the owner takes no space any more. */
export type FileUncounted = Message<'FileUncounted', { attempt: ContentKey }>;

/** An operator set the quota of this owner; without `bytes` that of the owner's roles holds again. */
export type QuotaSet = Message<'QuotaSet', { owner: UserId; bytes: number | null; setBy: UserId }>;

export type StorageAccountEvent = SpaceReserved | ReservationReleased | FileCounted | FileUncounted | QuotaSet;
