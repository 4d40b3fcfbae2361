import type { Instant, Message } from '@lego-moc/kernel/message';

/** Whoever built is erased. Nothing is begun for them again. */
export type OwnerErased = Message<'OwnerErased', { erasedAt: Instant }>;

export type OwnerEvent = OwnerErased;
