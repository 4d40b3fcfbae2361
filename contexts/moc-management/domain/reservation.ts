import { reject, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message } from '@lego-moc/kernel/message';
import type { MocId } from './moc-id.ts';
import type { ReservationEvent } from './reservation-events.ts';

/** Holds a value for a MOC that is about to take it. */
export type Hold = Message<'Hold', { mocId: MocId; at: Instant; until: Instant }>;

/** Makes a value the MOC's own. */
export type Secure = Message<'Secure', { mocId: MocId; at: Instant }>;

export type Release = Message<'Release', { mocId: MocId }>;

export type ReservationCommand = Hold | Secure | Release;

/** One value that must be unique: free, held for a moment, or secured by the one MOC that has it. */
export type Reservation =
  | { readonly status: 'free' }
  | { readonly status: 'held'; readonly mocId: MocId; readonly until: Instant }
  | { readonly status: 'secured'; readonly mocId: MocId };

const isTakenFrom = (mocId: MocId, at: Instant, value: Reservation): boolean =>
  value.status !== 'free' && value.mocId !== mocId && (value.status === 'secured' || at < value.until);

/**
 * The decider of values named `name`, such as `Title`, whose events are `<name>Held`, `<name>Secured` and
 * `<name>Released`. `taken` refuses a value to a second MOC.
 */
export const reservation = <Name extends string, Code extends string>(
  name: Name,
  rejection: { readonly rejected: Code; readonly because: string },
): Decider<ReservationCommand, Reservation, ReservationEvent<Name>, Code> => {
  const releasedType = `${name}Released` as const;

  const decide = (command: ReservationCommand, value: Reservation): Decision<ReservationEvent<Name>, Code> => {
    const { mocId } = command.data;
    if (command.type === 'Release')
      return value.status !== 'free' && value.mocId === mocId ? [{ type: releasedType, data: { mocId } }] : [];
    if (isTakenFrom(mocId, command.data.at, value)) return reject(rejection.rejected, rejection.because);
    if (value.status === 'secured') return [];
    if (command.type === 'Secure') return [{ type: `${name}Secured`, data: { mocId } }];
    const { until } = command.data;
    const isHeld = value.status === 'held' && value.mocId === mocId && value.until === until;
    return isHeld ? [] : [{ type: `${name}Held`, data: { mocId, until } }];
  };

  const evolve = (_: Reservation, { type, data }: ReservationEvent<Name>): Reservation => {
    if ('until' in data) return { status: 'held', ...data };
    return type === releasedType ? { status: 'free' } : { status: 'secured', mocId: data.mocId };
  };

  return { initial: { status: 'free' }, decide, evolve };
};
