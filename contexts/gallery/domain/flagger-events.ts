import type { Instant, Message } from '@lego-moc/kernel/message';
import type { ImageId } from './image-events.ts';

/** A user is about to flag an image: it counts against their limit. Perhaps they never did. */
export type FlagSpent = Message<'FlagSpent', { imageId: ImageId; spentAt: Instant }>;

/** A moderator agreed with their flag, or no longer does. */
export type FlagJudged = Message<'FlagJudged', { imageId: ImageId; upheld: boolean }>;

/** Their account is erased. */
export type FlaggerErased = Message<'FlaggerErased', { erasedAt: Instant }>;

export type FlaggerEvent = FlagSpent | FlagJudged | FlaggerErased;
