import type { Cause, EventStreams } from '@lego-moc/application/event-streams';
import { foldedStates } from '@lego-moc/application/folded-states';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { ContentKey } from '../domain/file-events.ts';
import { valueAt } from '../domain/shards.ts';
import {
  isReferenced,
  storageAccountDecider,
  type CountFile,
  type ReserveSpace,
  type StorageAccount,
  type StorageAccountRejection,
} from '../domain/storage-account.ts';
import type { StorageAccountEvent } from '../domain/storage-account-events.ts';

/** The id of an owner's account; the user id cannot be read from it. */
export const accountId = (owner: UserId): string => derivedId('storage-account', owner);

/** The storage usage of every owner. All commands are safe to repeat. */
export interface StorageAccounts {
  /** Returns how many bytes are set aside for the attempt now. */
  reserve(space: ReserveSpace['data'], cause: Cause): Promise<number | Rejection<StorageAccountRejection>>;
  /** Returns where the content lies: elsewhere than under the attempt if the owner has stored it before. */
  count(file: CountFile['data'], cause: Cause): Promise<ContentKey>;
  /** Frees what the attempt takes. */
  release(owner: UserId, attempt: ContentKey, cause: Cause): Promise<void>;
  /** The same by the id of the account. */
  releaseFrom(account: string, attempt: ContentKey, cause: Cause): Promise<void>;
  /** Whether files of the owner have their bytes under the key. */
  references(owner: UserId, contentKey: ContentKey): Promise<boolean>;
  /** Without `bytes` the quota of the owner's roles holds. */
  setQuota(owner: UserId, bytes: number | null, cause: Cause): Promise<void>;
  load(owner: UserId): Promise<StorageAccount>;
}

/** One intention a step: two attempts of one request, or two steps of one attempt, never share the ids of their events. */
const stepOf = (cause: Cause, ...step: readonly string[]): Cause => ({
  ...cause,
  commandId: derivedId('storage-account', cause.commandId, ...step),
});

export const storageAccounts = (streams: EventStreams<StorageAccountEvent>): StorageAccounts => {
  const { handle, latest, lastSeen } = foldedStates(storageAccountDecider, streams);
  const load = async (owner: UserId): Promise<StorageAccount> => (await latest(accountId(owner))).state;

  const releaseFrom: StorageAccounts['releaseFrom'] = async (account, attempt, cause) => {
    await handle(account, { type: 'ReleaseSpace', data: { attempt } }, stepOf(cause, 'release', attempt));
  };

  return {
    load,
    reserve: async (data, cause) => {
      const { owner, attempt, needed } = data;
      const step = stepOf(cause, 'reserve', attempt, String(needed));
      const outcome = await handle(accountId(owner), { type: 'ReserveSpace', data }, step);
      if (isRejection<StorageAccountRejection>(outcome)) return outcome;
      const { state } = await lastSeen(accountId(owner));
      return valueAt(state.reserved, attempt) ?? needed;
    },
    count: async (data, cause) => {
      const { owner, attempt } = data;
      await handle(accountId(owner), { type: 'CountFile', data }, stepOf(cause, 'count', attempt));
      const { state } = await lastSeen(accountId(owner));
      return valueAt(state.files, attempt)?.contentKey ?? attempt;
    },
    release: (owner, attempt, cause) => releaseFrom(accountId(owner), attempt, cause),
    releaseFrom,
    references: async (owner, contentKey) => isReferenced(await load(owner), contentKey),
    setQuota: async (owner, bytes, cause) => {
      const data = { owner, bytes, setBy: cause.actor as UserId };
      await handle(accountId(owner), { type: 'SetQuota', data }, cause);
    },
  };
};
