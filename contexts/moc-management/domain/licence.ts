/** What others may do with a MOC; the codes of SPDX, in lower case, where there is one. */
export const LICENCES = [
  'all-rights-reserved',
  'cc0-1.0',
  'cc-by-4.0',
  'cc-by-sa-4.0',
  'cc-by-nc-4.0',
  'cc-by-nc-sa-4.0',
  'cc-by-nd-4.0',
  'cc-by-nc-nd-4.0',
] as const;

export type Licence = (typeof LICENCES)[number];

/** What holds for a MOC whose owner names none. */
export const DEFAULT_LICENCE: Licence = 'all-rights-reserved';

/** Whether others may publish what they made of it. */
export const permitsDerivatives = (licence: Licence): boolean =>
  licence !== 'all-rights-reserved' && !licence.includes('-nd');

/** Whether what others make of it has to come under the same licence. */
export const isShareAlike = (licence: Licence): boolean => licence.includes('-sa');
