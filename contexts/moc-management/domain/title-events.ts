import type { Instant, Message } from '@lego-moc/kernel/message';
import type { MocId } from './moc-events.ts';

/** A MOC is about to take this title; no other MOC may until then. Lapses by itself. */
export type TitleHeld = Message<'TitleHeld', { mocId: MocId; until: Instant }>;

/** This title belongs to one MOC until it is released. */
export type TitleSecured = Message<'TitleSecured', { mocId: MocId }>;

/** The title is free again. */
export type TitleReleased = Message<'TitleReleased', { mocId: MocId }>;

export type TitleEvent = TitleHeld | TitleSecured | TitleReleased;
