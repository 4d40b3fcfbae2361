import type { Readable } from 'node:stream';
import type { Instant, UserId } from '@lego-moc/kernel/message';

/** Pixels of the sides of the squares: for lists, cards and profile pages, and for those on dense screens. */
export const AVATAR_SIZES = [64, 128, 256, 512] as const;
export type AvatarSize = (typeof AVATAR_SIZES)[number];

/** One picture in all sizes, as WebP. */
export type AvatarSquares = ReadonlyMap<AvatarSize, Uint8Array>;

export type StoredAvatar = {
  readonly key: string;
  readonly userId: UserId;
  readonly avatarId: string;
  readonly storedAt: Instant;
};

/** The pictures of users. */
export interface Avatars {
  put(userId: UserId, avatarId: string, squares: AvatarSquares): Promise<void>;
  open(userId: UserId, avatarId: string, size: AvatarSize): Promise<Readable | undefined>;
  /** One size of one picture. */
  delete(key: string): Promise<void>;
  /** Every size of every picture of a user, or of everybody. */
  all(userId?: UserId): AsyncIterable<StoredAvatar>;
}

/** Makes squares of a picture: upright, without anything that the camera noted. */
export interface AvatarProcessor {
  /** `undefined` when it is no picture that can be shown. */
  process(picture: Uint8Array): Promise<AvatarSquares | undefined>;
}
