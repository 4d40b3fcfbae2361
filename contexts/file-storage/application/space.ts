import type { Cause } from '@lego-moc/application/event-streams';
import type { Rejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { ContentKey } from '../domain/file-events.ts';
import type { StorageAccountRejection } from '../domain/storage-account.ts';
import type { StorageAccounts } from './storage-accounts.ts';

/** More content came than the owner's quota has room for; the rest is not read. */
export class QuotaExceeded extends Error {
  readonly rejection: Rejection<StorageAccountRejection>;

  constructor(rejection: Rejection<StorageAccountRejection>) {
    super(rejection.because);
    this.name = 'QuotaExceeded';
    this.rejection = rejection;
  }
}

/** Small uploads need one reservation; larger ones of unknown size double theirs as they grow. */
const BYTES_MIN = 256 * 1024;

export type UploadSpace = {
  readonly owner: UserId;
  readonly attempt: ContentKey;
  /** The quota of the owner's roles. */
  readonly limit: number;
  /** No content of this kind may have more. */
  readonly bytesMax: number;
  /** The attempt that space was set aside for in advance. */
  readonly replaces?: ContentKey;
};

/** Sees to it that so many bytes altogether are set aside. Throws `QuotaExceeded` when there is no room for them. */
export type GrowReservation = (bytes: number) => Promise<void>;

/** Sets space aside for an upload as its content arrives, ahead of it, so that few of its chunks wait for that. */
export const reserveSpace = (
  accounts: Pick<StorageAccounts, 'reserve'>,
  { bytesMax, ...space }: UploadSpace,
  cause: Cause,
): GrowReservation => {
  let reservedBytes = 0;
  return async (neededBytes) => {
    if (neededBytes <= reservedBytes) return;
    // What was set aside in advance is exact.
    const growth = space.replaces === undefined ? Math.max(BYTES_MIN, 2 * reservedBytes) : 0;
    const preferredBytes = Math.max(neededBytes, Math.min(bytesMax, growth));
    const grant = await accounts.reserve({ ...space, needed: neededBytes, preferred: preferredBytes }, cause);
    if (typeof grant !== 'number') throw new QuotaExceeded(grant);
    reservedBytes = grant;
  };
};
