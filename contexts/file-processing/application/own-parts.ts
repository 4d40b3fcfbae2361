import type { FoldedStates } from '@lego-moc/application/folded-states';
import type { Revision } from '@lego-moc/application/event-streams';
import { partKey, withOwnParts, type CatalogueExtract } from '../domain/catalogue.ts';
import type { ColourScheme } from '../domain/colour-scheme.ts';
import type { CustomParts, CustomPartsCommand, CustomPartsRejection } from '../domain/custom-parts.ts';
import type { OwnLink, OwnLinks, OwnLinksCommand, OwnLinksRejection } from '../domain/own-links.ts';
import { linkKey, ownTargets, type OwnPartLink } from '../domain/part-links.ts';
import type { Catalogue, Release } from './ports/catalogue.ts';
import type { OwnParts, OwnPartsOf } from './ports/own-parts.ts';

export type CustomPartStates = FoldedStates<CustomPartsCommand, CustomParts, CustomPartsRejection>;
export type OwnLinkStates = FoldedStates<OwnLinksCommand, OwnLinks, OwnLinksRejection>;

/** Where no user is known. */
export const noOwnParts: OwnPartsOf = () => Promise.resolve({ changes: 0, parts: new Map(), links: new Map() });

const countOf = (revision: Revision): number => (revision === 'no-stream' ? 0 : Number(revision) + 1);

const asPartLink = ({ scheme, number, partNumber, provenance }: OwnLink): readonly [string, OwnPartLink] => {
  const key = partKey(number);
  return [linkKey(scheme, key), { rule: 'own-cross-walk', scheme, key, number, partNumber, provenance }];
};

/** Reads the custom parts and the table of a user from their streams, so that the next list knows the latest change. */
export const ownPartsIn =
  (parts: Pick<CustomPartStates, 'latest'>, links: Pick<OwnLinkStates, 'latest'>): OwnPartsOf =>
  async (owner) => {
    const [customParts, ownLinks] = await Promise.all([parts.latest(owner), links.latest(owner)]);
    return {
      changes: countOf(customParts.revision) + countOf(ownLinks.revision),
      parts: new Map([...customParts.state.parts.values()].map((part) => [partKey(part.number), part])),
      links: new Map(Object.values(ownLinks.state.links).map(asPartLink)),
    };
  };

/** Looks numbers of a list up in the catalogue, with what the list's owner added to it. */
export const lookUpOwn = async (
  catalogue: Pick<Catalogue, 'lookUp'>,
  release: Release,
  { scheme, numbers, ownParts }: { scheme: ColourScheme; numbers: readonly string[]; ownParts: OwnParts },
): Promise<CatalogueExtract> => {
  const targets = ownTargets(scheme, numbers.map(partKey), ownParts.links);
  return withOwnParts(await catalogue.lookUp(release, [...numbers, ...targets]), ownParts);
};
