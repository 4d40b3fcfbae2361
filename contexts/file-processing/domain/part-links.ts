import type { ColourScheme } from './colour-scheme.ts';

/**
 * Why a number leads to a part: it was renumbered between two releases, a table of an operator says so, or it is a custom
 * part of the list's owner.
 */
export type PartRuleName = 'moved' | 'cross-walk' | 'custom';

/** How the part of a lot was found when its number is not the catalogue's own, and who says so. */
export type PartRule = { readonly rule: PartRuleName; readonly provenance: string };

/** A number of `scheme` that stands for the part `partNumber` of the catalogue. */
export type PartLink = PartRule & {
  readonly rule: Exclude<PartRuleName, 'custom'>;
  readonly scheme: ColourScheme;
  /** The number as `partKey` has it. */
  readonly key: string;
  readonly partNumber: string;
};

/** Links by `linkKey`. */
export type PartLinks = ReadonlyMap<string, PartLink>;

/** Renumberings that are followed one after the other; also ends circles. */
export const LINK_STEPS_MAX = 4;

export const linkKey = (scheme: ColourScheme, key: string): string => `${scheme} ${key}`;

/** Of two links of one number the catalogue's own counts. */
export const indexLinks = (links: readonly PartLink[]): PartLinks =>
  new Map(
    [...links.filter(({ rule }) => rule === 'cross-walk'), ...links.filter(({ rule }) => rule === 'moved')].map(
      (link) => [linkKey(link.scheme, link.key), link],
    ),
  );

/** Two systems may have numbered parts alike, but not Brick Owl, whose numbers are its own. */
const linkOf = (scheme: ColourScheme, key: string, links: PartLinks): PartLink | undefined =>
  links.get(linkKey(scheme, key)) ?? (scheme === 'brickowl' ? undefined : links.get(linkKey('rebrickable', key)));

/** The part that `links` lead to from a number of `scheme`, over several renumberings if need be. */
export const followLinks = (
  scheme: ColourScheme,
  key: string,
  links: PartLinks,
  parts: ReadonlyMap<string, string>,
): (PartRule & { readonly part: string }) | undefined => {
  const path: PartLink[] = [];
  let link = linkOf(scheme, key, links);
  while (link !== undefined && path.length < LINK_STEPS_MAX) {
    path.push(link);
    const targetKey = link.partNumber.toLowerCase();
    const part = parts.get(targetKey);
    if (part !== undefined)
      return {
        part,
        rule: path[0]?.rule ?? link.rule,
        provenance: path.map(({ provenance }) => provenance).join('; '),
      };
    link = links.get(linkKey('rebrickable', targetKey));
  }
  return undefined;
};
