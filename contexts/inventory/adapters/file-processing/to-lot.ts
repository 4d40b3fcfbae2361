import type { LotReply } from '@lego-moc/file-processing/contracts/http-api';
import { lotKeyOf, type ItemKind, type LotQuantity } from '../../domain/lots.ts';

const KINDS: Readonly<Record<string, ItemKind>> = { P: 'part', S: 'set', M: 'minifig' };

/** Rebrickable's id for any colour. */
const ANY_COLOUR = 9999;

/** A piece of the model; numbers and colours that the catalogue does not have stay as they are written. */
export const toLot = ({ itemType, problem, quantity, ...lot }: LotReply): readonly LotQuantity[] => {
  const kind = KINDS[itemType];
  if (kind === undefined || problem !== null || quantity === null) return [];
  const text = lot.colour?.replaceAll(':', ' ').slice(0, 40) ?? null;
  const colour = lot.colourId === null ? text : lot.colourId === ANY_COLOUR ? null : String(lot.colourId);
  const number = (lot.part ?? lot.partNumber).slice(0, 64);
  return [{ lot: lotKeyOf({ kind, number, colour: kind === 'part' ? colour : null }), quantity }];
};
