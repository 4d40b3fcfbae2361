import type { Instant, Message } from '@lego-moc/kernel/message';
import type { MocId } from './moc-events.ts';

/** A MOC with this id is about to be drafted for them. Perhaps it never was. */
export type MocBegun = Message<'MocBegun', { mocId: MocId }>;

/** Whoever built is erased. Nothing is begun for them again. */
export type OwnerErased = Message<'OwnerErased', { erasedAt: Instant }>;

export type OwnerEvent = MocBegun | OwnerErased;
