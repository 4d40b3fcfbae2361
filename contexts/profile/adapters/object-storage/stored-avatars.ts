import type { UserId } from '@lego-moc/kernel/message';
import type { ObjectStore } from '@lego-moc/object-storage/object-store';
import { AVATARS_FOLDER, type Avatars, type AvatarSize } from '../../application/ports/avatars.ts';

/** Within reach of a visitor who reads a page that was cached for five minutes. */
const SIGNED_URL_S = 900;

const AVATARS = `${AVATARS_FOLDER}/`;
const CHANGES = 'avatar-changes/';

/** In hexadecimal: keys allow fewer characters than the ids of users. */
const segmentOf = (userId: UserId): string => Buffer.from(userId).toString('hex');
const userOf = (segment: string): UserId => Buffer.from(segment, 'hex').toString('utf8') as UserId;
const folderOf = (userId: UserId): string => `${AVATARS}${segmentOf(userId)}/`;
const changesOf = (userId: UserId): string => `${CHANGES}${segmentOf(userId)}/`;
const keyOf = (userId: UserId, avatarId: string, size: AvatarSize): string =>
  `${folderOf(userId)}${avatarId}/${String(size)}.webp`;

// eslint-disable-next-line @typescript-eslint/require-await -- an async iterable of what is in memory already
async function* chunks(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

/**
 * Avatars as `avatars/<user>/<avatar>/<size>.webp`, and notes of changes as empty objects
 * `avatar-changes/<user>/<change>`: the sweep lists the notes alone, however many avatars are stored.
 */
export const storedAvatars = (objects: ObjectStore): Avatars => ({
  put: async (userId, avatarId, squares) => {
    for (const [size, webp] of squares) await objects.put(keyOf(userId, avatarId, size), chunks(webp));
  },
  open: (userId, avatarId, size) => objects.get(keyOf(userId, avatarId, size)),
  squareUrl: async (userId, avatarId, size) => {
    const options = { expiresInS: SIGNED_URL_S, mediaType: 'image/webp' };
    return (await objects.signedUrl(keyOf(userId, avatarId, size), options)).url;
  },
  delete: (key) => objects.delete(key),
  noteChange: async (userId, changeId) => {
    const key = `${changesOf(userId)}${changeId}`;
    await objects.put(key, chunks());
    return key;
  },
  changes: async function* (userId) {
    for await (const { key, modifiedAt: notedAt } of objects.list(userId === undefined ? CHANGES : changesOf(userId))) {
      const [segment = ''] = key.slice(CHANGES.length).split('/', 1);
      yield { key, userId: userOf(segment), notedAt };
    }
  },
  all: async function* (userId) {
    for await (const { key, modifiedAt: storedAt } of objects.list(folderOf(userId))) {
      const [, avatarId = ''] = key.slice(AVATARS.length).split('/');
      yield { key, userId, avatarId, storedAt };
    }
  },
});
