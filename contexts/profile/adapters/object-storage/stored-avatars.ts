import type { UserId } from '@lego-moc/kernel/message';
import type { ObjectStore } from '@lego-moc/object-storage/object-store';
import type { Avatars, AvatarSize } from '../../application/ports/avatars.ts';

const PREFIX = 'avatars/';

/** In hexadecimal: keys take fewer characters than the ids of users may have. */
const folderOf = (userId: UserId): string => `${PREFIX}${Buffer.from(userId).toString('hex')}/`;
const userOf = (folder: string): UserId => Buffer.from(folder, 'hex').toString('utf8') as UserId;
const keyOf = (userId: UserId, avatarId: string, size: AvatarSize): string =>
  `${folderOf(userId)}${avatarId}/${String(size)}.webp`;

/** Pictures below a prefix of their own: `avatars/<user>/<avatar>/<size>.webp`. */
export const storedAvatars = (objects: ObjectStore): Avatars => ({
  put: async (userId, avatarId, squares) => {
    for (const [size, webp] of squares) await objects.put(keyOf(userId, avatarId, size), once(webp));
  },
  open: (userId, avatarId, size) => objects.get(keyOf(userId, avatarId, size)),
  delete: (key) => objects.delete(key),
  all: async function* (userId) {
    for await (const { key, modifiedAt: storedAt } of objects.list(userId === undefined ? PREFIX : folderOf(userId))) {
      const [folder = '', avatarId = ''] = key.slice(PREFIX.length).split('/');
      yield { key, userId: userOf(folder), avatarId, storedAt };
    }
  },
});

// eslint-disable-next-line @typescript-eslint/require-await -- an async iterable of what is there already
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
