import type { HandleCommand, Outcome } from '@lego-moc/application/command-handler';
import { type Clock } from '@lego-moc/application/clock';
import { after } from '@lego-moc/kernel/instant';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import type { Cause, EventStreams } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { MocId } from '../domain/moc-events.ts';
import { normaliseTitle, titleDecider, type TitleCommand, type TitleRejection } from '../domain/title.ts';
import type { TitleEvent } from '../domain/title-events.ts';

/** The stream of a title: one for each builder and title, so that its expected revision makes the title unique. */
export const titleId = (owner: UserId, title: string): string => derivedId('title', owner, normaliseTitle(title));

/** Longer than a request takes; short enough that the hold of a lost request soon ends. */
const HOLD_MS = 60_000;

type Claim = { readonly owner: UserId; readonly title: string; readonly mocId: MocId };

/** The titles of all builders. */
export type Titles = {
  readonly hold: (claim: Claim, cause: Cause) => Promise<Outcome<TitleRejection>>;
  readonly secure: (claim: Claim, cause: Cause) => Promise<Outcome<TitleRejection>>;
  readonly release: (claim: Claim, cause: Cause) => Promise<void>;
  /** Whether two titles count as one. */
  readonly areSame: (title: string, other: string) => boolean;
  /** Why a new MOC cannot have this title now, if so. Changes nothing. */
  readonly refusal: (owner: UserId, title: string) => Promise<Rejection<TitleRejection> | undefined>;
};

/** Stands for a MOC that does not exist yet; no MOC has this id. */
const NEW_MOC = derivedId('moc', 'not yet drafted') as MocId;

export const titles = (
  handle: HandleCommand<TitleCommand, TitleRejection>,
  streams: EventStreams<TitleEvent>,
  now: Clock,
): Titles => ({
  hold: ({ owner, title, mocId }, cause) => {
    const at = now();
    return handle(titleId(owner, title), { type: 'HoldTitle', data: { mocId, at, until: after(at, HOLD_MS) } }, cause);
  },
  secure: ({ owner, title, mocId }, cause) =>
    handle(titleId(owner, title), { type: 'SecureTitle', data: { mocId, at: now() } }, cause),
  release: async ({ owner, title, mocId }, cause) => {
    await handle(titleId(owner, title), { type: 'ReleaseTitle', data: { mocId } }, cause);
  },
  areSame: (title, other) => normaliseTitle(title) === normaliseTitle(other),
  refusal: async (owner, title) => {
    const { events } = await streams.read(titleId(owner, title));
    const current = events.reduce(titleDecider.evolve, titleDecider.initial);
    const decision = titleDecider.decide({ type: 'SecureTitle', data: { mocId: NEW_MOC, at: now() } }, current);
    return isRejection<TitleRejection>(decision) ? decision : undefined;
  },
});
