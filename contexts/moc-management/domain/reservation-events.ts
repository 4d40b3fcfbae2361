import type { Instant, Message } from '@lego-moc/kernel/message';
import type { MocId } from './moc-id.ts';

/** A MOC is about to take the value; nobody else may until then. */
type HeldEvent<Name extends string> = Message<`${Name}Held`, { mocId: MocId; until: Instant }>;

/** The value is the MOC's own. */
type SecuredEvent<Name extends string> = Message<`${Name}Secured`, { mocId: MocId }>;

/** The MOC gave the value up. */
type ReleasedEvent<Name extends string> = Message<`${Name}Released`, { mocId: MocId }>;

/** What happens to a value that must be unique. */
export type ReservationEvent<Name extends string> = HeldEvent<Name> | SecuredEvent<Name> | ReleasedEvent<Name>;

/** A title of one builder. */
export type TitleEvent = ReservationEvent<'Title'>;

/** The number that a brand has given a set. */
export type SetNumberEvent = ReservationEvent<'SetNumber'>;
