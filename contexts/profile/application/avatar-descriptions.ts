import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import { isRejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { ProfileCommand, ProfileRejection } from '../domain/profile.ts';
import type { AvatarPreview } from '../domain/profile-events.ts';
import type { AvatarProcessor, Avatars } from './ports/avatars.ts';
import type { ProfileReader } from './ports/profile-reader.ts';

export type DescriptionNeeds = {
  readonly handle: HandleCommand<ProfileCommand, ProfileRejection>;
  readonly reader: Pick<ProfileReader, 'latest' | 'noteRevision'>;
  readonly avatars: Pick<Avatars, 'open'>;
  readonly processor: Pick<AvatarProcessor, 'describe'>;
};

/** A worker may have been killed for want of memory or time on a busy machine. */
const ATTEMPTS_MAX = 3;

/**
 * Describes an avatar that a profile shows without a preview: it was stored before avatars were described, or its
 * worker died. Idempotent; throws an outage.
 */
export const describeAvatars = ({ handle, reader, avatars, processor }: DescriptionNeeds) => {
  const describe = async (userId: UserId, avatarId: string): Promise<AvatarPreview | null> => {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const square = await avatars.open(userId, avatarId, 512);
      if (square === undefined) return null;
      const preview = await processor.describe(square);
      if (preview !== undefined) return preview;
    }
    return null;
  };

  return async (userId: UserId, avatarId: string, cause: Cause): Promise<void> => {
    const { profile } = await reader.latest(userId);
    if (profile.status !== 'active' || profile.avatarId !== avatarId || profile.avatarPreview !== undefined) return;
    const preview = await describe(userId, avatarId);
    const outcome = await handle(userId, { type: 'DescribeAvatar', data: { avatarId, preview } }, cause);
    if (!isRejection(outcome) && outcome.revision !== 'no-stream') await reader.noteRevision(userId, outcome.revision);
  };
};
