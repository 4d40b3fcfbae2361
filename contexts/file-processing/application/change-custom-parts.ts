import type { Clock } from '@lego-moc/application/clock';
import type { Outcome } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import { partKey } from '../domain/catalogue.ts';
import type { CustomPart, CustomPartId, CustomPartsRejection } from '../domain/custom-parts.ts';
import type { CustomPartStates } from './own-parts.ts';
import type { Catalogue } from './ports/catalogue.ts';

export type CatalogueContradiction = 'number-in-catalogue' | 'colour-unknown' | 'related-part-unknown';
export type CustomPartRefusal = CustomPartsRejection | CatalogueContradiction;

export type CustomPartChanges = {
  readonly states: Pick<CustomPartStates, 'handle'>;
  readonly catalogue: Catalogue;
  readonly now: Clock;
};

const contradictionOf = async (
  catalogue: Catalogue,
  { number, colourIds, relatedPart }: Partial<CustomPart>,
): Promise<Rejection<CatalogueContradiction> | undefined> => {
  const numbers = [number, relatedPart].flatMap((name) => name ?? []);
  const { parts, colours } = await catalogue.lookUp(await catalogue.newestRelease(), numbers);
  if (number !== undefined && parts.has(partKey(number)))
    return reject('number-in-catalogue', `The catalogue has a part ${number}; give yours another number.`);
  const unknownColour = colourIds?.find((id) => !colours.has(id));
  if (unknownColour !== undefined)
    return reject('colour-unknown', `The catalogue has no colour ${String(unknownColour)}.`);
  if (typeof relatedPart === 'string' && !parts.has(partKey(relatedPart)))
    return reject('related-part-unknown', `The catalogue has no part ${relatedPart}.`);
  return undefined;
};

/** Adds, changes and deletes custom parts of users; what they name of the catalogue is there. */
export const changeCustomParts = ({ states, catalogue, now }: CustomPartChanges) => {
  type Result = Promise<Outcome<CustomPartsRejection> | Rejection<CustomPartRefusal>>;

  return {
    add: async (owner: UserId, partId: CustomPartId, part: CustomPart, cause: Cause): Result => {
      const contradiction = await contradictionOf(catalogue, part);
      if (contradiction !== undefined) return contradiction;
      return states.handle(owner, { type: 'AddCustomPart', data: { owner, partId, part, at: now() } }, cause);
    },

    change: async (
      owner: UserId,
      partId: CustomPartId,
      change: Partial<CustomPart>,
      cause: Cause,
      expected?: bigint,
    ): Result => {
      const contradiction = await contradictionOf(catalogue, change);
      if (contradiction !== undefined) return contradiction;
      const data = { owner, partId, change, at: now() };
      return states.handle(owner, { type: 'ChangeCustomPart', data }, cause, expected);
    },

    remove: (owner: UserId, partId: CustomPartId, cause: Cause, expected?: bigint): Result =>
      states.handle(owner, { type: 'DeleteCustomPart', data: { owner, partId, at: now() } }, cause, expected),

    /** The user's account was erased. Safe to repeat. */
    erase: async (owner: UserId, cause: Cause): Promise<void> => {
      const outcome = await states.handle(owner, { type: 'EraseCustomParts', data: { owner, at: now() } }, cause);
      if (isRejection(outcome)) throw new Error(outcome.because);
    },
  };
};

export type ChangeCustomParts = ReturnType<typeof changeCustomParts>;
