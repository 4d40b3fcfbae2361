import type { Instant, Message } from '@lego-moc/kernel/message';
import type { MocId } from './moc-events.ts';

/** A MOC with this id is about to be drafted for the owner. It may never be. */
export type MocBegun = Message<'MocBegun', { mocId: MocId }>;

/** The owner's account was erased. No MOC is begun for them again. */
export type OwnerErased = Message<'OwnerErased', { erasedAt: Instant }>;

export type OwnerEvent = MocBegun | OwnerErased;
