import { commandHandler, type Outcome } from '@lego-moc/application/command-handler';
import { type Clock } from '@lego-moc/application/clock';
import { after } from '@lego-moc/kernel/instant';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import type { Cause, EventStreams } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { MocId } from '../domain/moc-events.ts';
import type { SetDetails } from '../domain/description.ts';
import type { ReservationCommand } from '../domain/reservation.ts';
import type { SetNumberEvent, TitleEvent } from '../domain/reservation-events.ts';
import { normaliseSetNumber, setNumberDecider, type SetNumberRejection } from '../domain/set-number.ts';
import { normaliseTitle, titleDecider, type TitleRejection } from '../domain/title.ts';

/** The stream of a title: one for each builder and title, so that its expected revision makes the title unique. */
export const titleId = (owner: UserId, title: string): string => derivedId('title', owner, normaliseTitle(title));

/** Longer than a request takes; short enough that the hold of a lost request soon ends. */
const HOLD_MS = 60_000;

/** The stream of a set's number, one for all owners. */
export const setNumberId = (brandAndNumber: readonly [string, string]): string =>
  derivedId('set-number', ...brandAndNumber);

/** What a MOC reserves: its title, and the number of a set with a brand. */
export type Claim = {
  readonly owner: UserId;
  readonly title: string;
  readonly mocId: MocId;
  readonly set?: SetDetails | undefined;
};

export type ClaimRejection = TitleRejection | SetNumberRejection;

/** The titles of all builders and the numbers of all sets. */
export type Titles = {
  readonly hold: (claim: Claim, cause: Cause) => Promise<Outcome<ClaimRejection>>;
  readonly secure: (claim: Claim, cause: Cause) => Promise<Outcome<ClaimRejection>>;
  /** Gives up what a MOC reserved, except what it still has. */
  readonly release: (claim: Claim, cause: Cause, present?: Claim) => Promise<void>;
  /** Why a new MOC cannot have this title now, if so. Changes nothing. */
  readonly refusal: (owner: UserId, title: string) => Promise<Rejection<TitleRejection> | undefined>;
};

/** Stands for a MOC that does not exist yet; no MOC has this id. */
const NEW_MOC = derivedId('moc', 'not yet drafted') as MocId;

type Streams = {
  readonly titles: EventStreams<TitleEvent>;
  readonly setNumbers: EventStreams<SetNumberEvent>;
};

export const titles = (streams: Streams, now: Clock): Titles => {
  const handle = {
    titles: commandHandler(titleDecider, streams.titles),
    setNumbers: commandHandler(setNumberDecider, streams.setNumbers),
  };

  const idsOf = ({ owner, title, set }: Claim) => {
    const number = normaliseSetNumber(set);
    return { title: titleId(owner, title), setNumber: number === undefined ? undefined : setNumberId(number) };
  };

  const reserve = async (claim: Claim, command: ReservationCommand, cause: Cause): Promise<Outcome<ClaimRejection>> => {
    const { title, setNumber } = idsOf(claim);
    const outcome = await handle.titles(title, command, cause);
    return isRejection(outcome) || setNumber === undefined ? outcome : handle.setNumbers(setNumber, command, cause);
  };

  return {
    hold: (claim, cause) => {
      const at = now();
      const data = { mocId: claim.mocId, at, until: after(at, HOLD_MS) };
      return reserve(claim, { type: 'Hold', data }, cause);
    },
    secure: (claim, cause) => reserve(claim, { type: 'Secure', data: { mocId: claim.mocId, at: now() } }, cause),
    release: async (claim, cause, present) => {
      const ids = idsOf(claim);
      const presentIds = present === undefined ? undefined : idsOf(present);
      const command = { type: 'Release', data: { mocId: claim.mocId } } as const;
      if (ids.title !== presentIds?.title) await handle.titles(ids.title, command, cause);
      if (ids.setNumber !== undefined && ids.setNumber !== presentIds?.setNumber)
        await handle.setNumbers(ids.setNumber, command, cause);
    },
    refusal: async (owner, title) => {
      const { events } = await streams.titles.read(titleId(owner, title));
      const current = events.reduce(titleDecider.evolve, titleDecider.initial);
      const decision = titleDecider.decide({ type: 'Secure', data: { mocId: NEW_MOC, at: now() } }, current);
      return isRejection<TitleRejection>(decision) ? decision : undefined;
    },
  };
};
