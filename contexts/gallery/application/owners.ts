import { foldedStates } from '@lego-moc/application/folded-states';
import type { Cause, EventStreams } from '@lego-moc/application/event-streams';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { OwnerEvent } from '../domain/owner-events.ts';
import {
  ownerDecider,
  type BeginAlbum,
  type BeginImage,
  type Owner,
  type OwnerLimits,
  type OwnerRejection,
  type ReleaseAlbum,
  type ReleaseImage,
} from '../domain/owner.ts';

/** The id of an owner's stream; the user id cannot be read from it. */
const ownerId = (owner: UserId): string => derivedId('owner', owner);

/** Everyone who has images or albums, erased or not. */
export type Owners = {
  /** Records an image or album as theirs before it is one; returns why that is refused, if it is. Idempotent. */
  readonly begin: (
    owner: UserId,
    command: BeginImage | BeginAlbum,
    cause: Cause,
  ) => Promise<Rejection<OwnerRejection> | undefined>;
  /** Ends the count of an image or album that is gone. Idempotent. */
  readonly release: (owner: UserId, command: ReleaseImage | ReleaseAlbum, cause: Cause) => Promise<void>;
  /** Whether renditions of their uploads carry the platform's mark unless an upload says otherwise. */
  readonly hasWatermark: (owner: UserId) => Promise<boolean>;
  /** Sets that; returns why it is refused, if it is. Idempotent. */
  readonly setWatermark: (
    owner: UserId,
    watermark: boolean,
    cause: Cause,
  ) => Promise<Rejection<OwnerRejection> | undefined>;
  /** Everything that was ever begun for them. */
  readonly contents: (owner: UserId) => Promise<Pick<Owner, 'imageIds' | 'albumIds'>>;
  /** For good. Idempotent. Returns everything that was ever begun: nothing is begun after that. */
  readonly erase: (owner: UserId, at: Instant, cause: Cause) => Promise<Owner>;
};

export const owners = (streams: EventStreams<OwnerEvent>, limits: OwnerLimits): Owners => {
  const { handle, latest } = foldedStates(ownerDecider(limits), streams);
  return {
    begin: async (owner, command, cause) => {
      const outcome = await handle(ownerId(owner), command, cause);
      return isRejection<OwnerRejection>(outcome) ? outcome : undefined;
    },
    release: async (owner, command, cause) => {
      await handle(ownerId(owner), command, cause);
    },
    hasWatermark: async (owner) => (await latest(ownerId(owner))).state.watermark,
    setWatermark: async (owner, watermark, cause) => {
      const outcome = await handle(ownerId(owner), { type: 'SetWatermark', data: { watermark } }, cause);
      return isRejection<OwnerRejection>(outcome) ? outcome : undefined;
    },
    contents: async (owner) => (await latest(ownerId(owner))).state,
    erase: async (owner, at, cause) => {
      await handle(ownerId(owner), { type: 'EraseOwner', data: { at } }, cause);
      return (await latest(ownerId(owner))).state;
    },
  };
};
