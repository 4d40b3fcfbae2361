import type { Instant, Message } from '@lego-moc/kernel/message';
import type { MocId } from './moc-id.ts';

/** A MOC is about to take the value; nobody else may until then. */
type Held<Name extends string> = Message<`${Name}Held`, { mocId: MocId; until: Instant }>;

/** The value is the MOC's own. */
type Secured<Name extends string> = Message<`${Name}Secured`, { mocId: MocId }>;

/** The MOC gave the value up. */
type Released<Name extends string> = Message<`${Name}Released`, { mocId: MocId }>;

/** What happens to a value that must be unique. */
export type ReservationEvent<Name extends string> = Held<Name> | Secured<Name> | Released<Name>;

/** A title of one builder. */
export type TitleEvent = ReservationEvent<'Title'>;

/** The number that a brand has given a set. */
export type SetNumberEvent = ReservationEvent<'SetNumber'>;
