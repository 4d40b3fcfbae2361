import { reservation } from './reservation.ts';

export type TitleRejection = 'title-taken';

/** Two titles are the same title when only case, spacing or Unicode composition tells them apart. */
export const normaliseTitle = (title: string): string =>
  title.normalize('NFKC').trim().replace(/\s+/gu, ' ').toLocaleLowerCase('en');

/** One title of one builder. */
export const titleDecider = reservation('Title', {
  rejected: 'title-taken',
  because: 'You have a MOC with this title already.',
});
