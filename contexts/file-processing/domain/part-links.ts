import type { ColourScheme } from './colour-scheme.ts';

/**
 * Why a number leads to a part: it was renumbered between two releases, a table of an operator says so, it is a custom
 * part of the list's owner, or a table of the owner says so.
 */
export type PartRuleName = 'moved' | 'cross-walk' | 'custom' | 'own-cross-walk';

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

/** A link of a user's own table, with the number as it was written. */
export type OwnPartLink = PartLink & { readonly rule: 'own-cross-walk'; readonly number: string };

/** Links of a user's own table by `linkKey`. */
export type OwnPartLinks = ReadonlyMap<string, OwnPartLink>;

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
const linkOf = <Link extends PartLink>(
  scheme: ColourScheme,
  key: string,
  links: ReadonlyMap<string, Link>,
): Link | undefined =>
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

/** The numbers that the own links of these keys lead to, which the catalogue has to be asked for as well. */
export const ownTargets = (
  scheme: ColourScheme,
  keys: readonly string[],
  ownLinks: OwnPartLinks,
): readonly string[] => {
  if (ownLinks.size === 0) return [];
  const links = keys.flatMap((key) => [linkOf(scheme, key, ownLinks), linkOf('rebrickable', key, ownLinks)]);
  return [...new Set(links.flatMap((link) => link?.partNumber ?? []))];
};

/** What an own link may lead to: `parts` of the catalogue, also by its `links`, and the owner's custom parts. */
type OwnTargets = {
  readonly parts: ReadonlyMap<string, string>;
  readonly links: PartLinks;
  readonly ownParts: ReadonlyMap<string, { readonly number: string }>;
};

/** The part that a table of the owner leads to from a number of `scheme`. */
export const followOwnLink = (
  scheme: ColourScheme,
  key: string,
  ownLinks: OwnPartLinks,
  { parts, links, ownParts }: OwnTargets,
): (PartRule & { readonly part: string }) | undefined => {
  const link = linkOf(scheme, key, ownLinks);
  if (link === undefined) return undefined;
  const { rule, provenance } = link;
  const targetKey = link.partNumber.toLowerCase();
  const part = parts.get(targetKey) ?? ownParts.get(targetKey)?.number;
  if (part !== undefined) return { part, rule, provenance };
  const target = followLinks('rebrickable', targetKey, links, parts);
  return target === undefined
    ? undefined
    : { part: target.part, rule, provenance: `${provenance}; ${target.provenance}` };
};
