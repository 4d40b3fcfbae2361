import { reject, type Rejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import { DEFAULT_LICENCE, isShareAlike, permitsDerivatives, type Licence } from './licence.ts';
import type { MocId } from './moc-id.ts';

/** A changed MOC, or another MOC of the same parts. */
export type Relation = 'fork' | 'alternate-build';

/** The version that a MOC was made of. */
export type ParentVersion = { readonly mocId: MocId; readonly version: number; readonly relation: Relation };

/** Who is credited for a version, with what was said of it then: a credit stays when the MOC is deleted. */
export type Credit = ParentVersion & { readonly title: string; readonly owner: UserId; readonly licence: Licence };

/** Longer lineages are credited as far as this, the nearest first. */
export const CREDITS_MAX = 20;

export type LineageRejection = 'parent-not-found' | 'licence-forbids-derivatives';

/** A MOC that others are made of, as far as that concerns them. */
type ParentMoc = {
  readonly owner: UserId;
  readonly lineage: readonly Credit[];
  readonly versions: readonly { readonly version: number; readonly title: string; readonly licence?: Licence }[];
};

/** The credits of a MOC that `by` makes of a version: that version first, then those that it was made of. */
export const creditsFor = (
  { mocId, version, relation }: ParentVersion,
  parent: ParentMoc | undefined,
  by: UserId,
): readonly Credit[] | Rejection<LineageRejection> => {
  const parentVersion = parent?.versions.find((some) => some.version === version);
  if (parent === undefined || parentVersion === undefined)
    return reject('parent-not-found', 'There is no such version of a MOC that you can see.');
  const { owner, lineage } = parent;
  const { title, licence = DEFAULT_LICENCE } = parentVersion;
  if (owner !== by && !permitsDerivatives(licence))
    return reject('licence-forbids-derivatives', 'The licence of that version does not permit what is made of it.');
  return [{ mocId, version, relation, title, owner, licence }, ...lineage].slice(0, CREDITS_MAX);
};

/** The licence that a MOC must have, since it is made of somebody else's under that licence. */
export const boundLicence = (owner: UserId, lineage: readonly Credit[]): Licence | undefined =>
  lineage.find((credit) => credit.owner !== owner && isShareAlike(credit.licence))?.licence;
