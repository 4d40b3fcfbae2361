import type { Instant, Message } from '@lego-moc/kernel/message';
import type { MocId } from './moc-events.ts';

/** A MOC is about to take this title; nobody else may until then. Lapses by itself. */
export type TitleHeld = Message<'TitleHeld', { mocId: MocId; until: Instant }>;

/** This title is a MOC's own for as long as it keeps it. */
export type TitleSecured = Message<'TitleSecured', { mocId: MocId }>;

/** The title is free again. */
export type TitleReleased = Message<'TitleReleased', { mocId: MocId }>;

export type TitleEvent = TitleHeld | TitleSecured | TitleReleased;
