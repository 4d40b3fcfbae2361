import type { LotReply, LotsReply } from '../contracts/http-api.ts';
import { partKey } from '../domain/catalogue.ts';
import { relativeNumbers } from '../domain/relative-numbers.ts';
import type { Catalogue } from './ports/catalogue.ts';

const isUnknown = ({ part, itemType, partNumber }: LotReply): boolean =>
  part === null && itemType === 'P' && partNumber !== '';

/** Adds to unknown lots the parts of the newest release that their numbers may be prints or other moulds of. */
export const suggestParts =
  (catalogue: Catalogue) =>
  async (page: LotsReply): Promise<LotsReply> => {
    const numbers = page.lots.filter(isUnknown).flatMap((lot) => relativeNumbers(lot.partNumber));
    if (numbers.length === 0) return page;
    const release = await catalogue.newestRelease();
    const { parts } = await catalogue.lookUp(
      release,
      numbers.map(({ partNumber }) => partNumber),
    );
    const lots = page.lots.map((lot): LotReply => {
      if (!isUnknown(lot)) return lot;
      const suggestions = relativeNumbers(lot.partNumber).flatMap(({ partNumber, relation }) => {
        const part = parts.get(partKey(partNumber));
        return part === undefined ? [] : [{ partNumber: part, relation }];
      });
      return suggestions.length === 0 ? lot : { ...lot, suggestions };
    });
    return { ...page, lots };
  };
