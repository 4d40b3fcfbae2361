import type { SetDetails } from './description.ts';
import { reservation } from './reservation.ts';
import { normaliseTitle } from './title.ts';

export type SetNumberRejection = 'set-number-taken';

/**
 * The number of a set in the form in which it is unique: case and spacing tell none apart. `undefined` for what has no
 * brand: nobody knows whose number it is.
 */
export const normaliseSetNumber = (set: SetDetails | undefined): readonly [string, string] | undefined =>
  set === undefined || set.brand.trim() === '' ? undefined : [normaliseTitle(set.brand), normaliseTitle(set.number)];

/** The number that a brand has given a set: one set of all owners has it. */
export const setNumberDecider = reservation('SetNumber', {
  rejected: 'set-number-taken',
  because: 'Another set has this brand and number already.',
});
