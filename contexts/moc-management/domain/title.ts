import { reject, unreachable, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message } from '@lego-moc/kernel/message';
import type { MocId } from './moc-events.ts';
import type { TitleEvent } from './title-events.ts';

/** Holds a title for a MOC that is about to take it. */
export type HoldTitle = Message<'HoldTitle', { mocId: MocId; at: Instant; until: Instant }>;
/** Makes a title the MOC's own. */
export type SecureTitle = Message<'SecureTitle', { mocId: MocId; at: Instant }>;
export type ReleaseTitle = Message<'ReleaseTitle', { mocId: MocId }>;
export type TitleCommand = HoldTitle | SecureTitle | ReleaseTitle;

export type TitleRejection = 'title-taken';

/** One title of one builder: free, held for a moment, or secured by the one MOC that has it. */
export type Title =
  | { readonly status: 'free' }
  | { readonly status: 'held'; readonly mocId: MocId; readonly until: Instant }
  | { readonly status: 'secured'; readonly mocId: MocId };

const decide = (command: TitleCommand, title: Title): Decision<TitleEvent, TitleRejection> => {
  const { mocId } = command.data;
  if (command.type === 'ReleaseTitle') {
    return title.status !== 'free' && title.mocId === mocId ? [{ type: 'TitleReleased', data: { mocId } }] : [];
  }
  if (isTakenFrom(mocId, command.data.at, title))
    return reject('title-taken', 'You have a MOC with this title already.');
  if (title.status === 'secured') return [];
  const heldUntil = title.status === 'held' && title.mocId === mocId ? title.until : undefined;
  if (command.type === 'SecureTitle') return [{ type: 'TitleSecured', data: { mocId } }];
  const { until } = command.data;
  return heldUntil === until ? [] : [{ type: 'TitleHeld', data: { mocId, until } }];
};

const isTakenFrom = (mocId: MocId, at: Instant, title: Title): boolean => {
  switch (title.status) {
    case 'free':
      return false;
    case 'held':
      return title.mocId !== mocId && at < title.until;
    case 'secured':
      return title.mocId !== mocId;
    default:
      return unreachable(title);
  }
};

const evolve = (_: Title, { type, data }: TitleEvent): Title => {
  switch (type) {
    case 'TitleHeld':
      return { status: 'held', ...data };
    case 'TitleSecured':
      return { status: 'secured', mocId: data.mocId };
    case 'TitleReleased':
      return { status: 'free' };
    default:
      return unreachable(type);
  }
};

/** Two titles are the same title when only case, spacing or Unicode composition tells them apart. */
export const normaliseTitle = (title: string): string =>
  title.normalize('NFKC').trim().replace(/\s+/gu, ' ').toLocaleLowerCase('en');

export const titleDecider: Decider<TitleCommand, Title, TitleEvent, TitleRejection> = {
  initial: { status: 'free' },
  decide,
  evolve,
};
