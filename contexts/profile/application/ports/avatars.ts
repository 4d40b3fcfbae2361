import type { Readable } from 'node:stream';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { AvatarPreview } from '../../domain/profile-events.ts';

/** The first segment of the keys of all avatars. */
export const AVATARS_FOLDER = 'avatars';

/** Sides of the squares in pixels: for lists, cards and profile pages, on ordinary and dense screens. */
export const AVATAR_SIZES = [64, 128, 256, 512] as const;
export type AvatarSize = (typeof AVATAR_SIZES)[number];

/** One avatar in all sizes, as WebP. */
export type AvatarSquares = ReadonlyMap<AvatarSize, Uint8Array>;

export type StoredAvatar = {
  readonly key: string;
  readonly userId: UserId;
  readonly avatarId: string;
  readonly storedAt: Instant;
};

/** A user whose avatar has changed, or was about to; avatars that they no longer show are still to be deleted. */
export type AvatarChange = { readonly key: string; readonly userId: UserId; readonly notedAt: Instant };

/** The stored avatars. */
export interface Avatars {
  put(userId: UserId, avatarId: string, squares: AvatarSquares): Promise<void>;
  open(userId: UserId, avatarId: string, size: AvatarSize): Promise<Readable | undefined>;
  /** A URL, or a path at the gateway, that anybody may read a square from for a while. */
  squareUrl(userId: UserId, avatarId: string, size: AvatarSize): Promise<string>;
  /** Records, before anything is stored, that a user's avatar is about to change. Returns the key of the note. */
  noteChange(userId: UserId, changeId: string): Promise<string>;
  /** The changes whose notes were not deleted yet, of a user or of all. */
  changes(userId?: UserId): AsyncIterable<AvatarChange>;
  /** Deletes one size of one avatar, or the note of a change. */
  delete(key: string): Promise<void>;
  /** Every size of every avatar of a user. */
  all(userId: UserId): AsyncIterable<StoredAvatar>;
}

/** Makes the squares of an uploaded image: upright, without metadata. */
export interface AvatarProcessor {
  /** `undefined` when the file at `path` is no image that can be decoded. */
  process(path: string, owner: UserId): Promise<AvatarSquares | undefined>;
  /** Describes the largest square; `undefined` when it cannot be decoded, or a worker died of it. */
  describe(square: AsyncIterable<Uint8Array>): Promise<AvatarPreview | undefined>;
}
