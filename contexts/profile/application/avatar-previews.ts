import type { AvatarPreviewReply } from '../contracts/http-api.ts';
import { AVATAR_SIZES, type Avatars } from './ports/avatars.ts';
import type { ReadProfile } from './ports/profile-reader.ts';

type ShownAvatar = Pick<ReadProfile, 'userId' | 'avatarId' | 'avatarPreview'>;

/** The preview of a profile's avatar, with a signed URL of each square. */
export const avatarPreviews =
  (avatars: Pick<Avatars, 'squareUrl'>) =>
  async ({ userId, avatarId, avatarPreview }: ShownAvatar): Promise<AvatarPreviewReply | null> => {
    if (avatarId === null) return null;
    if (avatarPreview === undefined) return { renditions: 'pending' };
    if (avatarPreview === null) return { renditions: 'failed' };
    const links = AVATAR_SIZES.map(async (side) => {
      return { side, width: side, height: side, url: await avatars.squareUrl(userId, avatarId, side) };
    });
    return { renditions: 'processed', image: { ...avatarPreview, renditions: await Promise.all(links) } };
  };
