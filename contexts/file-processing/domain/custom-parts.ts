import { reject, unreachable, type Decider, type Decision, type Rejection } from '@lego-moc/kernel/decider';
import type { Brand, Instant, Message, UserId } from '@lego-moc/kernel/message';
import { partKey } from './catalogue.ts';

export type CustomPartId = Brand<string, 'CustomPartId'>;

/** What a builder says of a part that no catalogue has: another maker's, a print of their own, a printed or cut one. */
export type CustomPart = {
  readonly number: string;
  readonly name: string;
  /** Colours of the catalogue that it exists in; none when that is not said. */
  readonly colourIds: readonly number[];
  /** The part of the catalogue that it stands in for, or was made from. */
  readonly relatedPart: string | null;
};

export type OwnedCustomPart = CustomPart & { readonly partId: CustomPartId; readonly addedAt: Instant };

export type AddCustomPart = Message<
  'AddCustomPart',
  { owner: UserId; partId: CustomPartId; part: CustomPart; at: Instant }
>;
/** Changes what is given and keeps what is not. */
export type ChangeCustomPart = Message<
  'ChangeCustomPart',
  { owner: UserId; partId: CustomPartId; change: Partial<CustomPart>; at: Instant }
>;
export type DeleteCustomPart = Message<'DeleteCustomPart', { owner: UserId; partId: CustomPartId; at: Instant }>;
export type EraseCustomParts = Message<'EraseCustomParts', { owner: UserId; at: Instant }>;
export type CustomPartsCommand = AddCustomPart | ChangeCustomPart | DeleteCustomPart | EraseCustomParts;

export type CustomPartsRejection =
  'custom-part-not-found' | 'number-taken' | 'part-id-taken' | 'too-many-custom-parts' | 'user-erased';

/** The user has a part that the catalogue does not have. */
export type CustomPartAdded = Message<
  'CustomPartAdded',
  { owner: UserId; partId: CustomPartId; part: CustomPart; addedAt: Instant }
>;
/** The user says something else of the part; `part` is the whole of it. */
export type CustomPartChanged = Message<
  'CustomPartChanged',
  { owner: UserId; partId: CustomPartId; part: CustomPart; changedAt: Instant }
>;
/** The number means nothing any more in lists that are read from now on. */
export type CustomPartDeleted = Message<
  'CustomPartDeleted',
  { owner: UserId; partId: CustomPartId; deletedAt: Instant }
>;
/** The user's account was erased, and their parts with it. */
export type CustomPartsErased = Message<'CustomPartsErased', { owner: UserId; erasedAt: Instant }>;
export type CustomPartsEvent = CustomPartAdded | CustomPartChanged | CustomPartDeleted | CustomPartsErased;

/** The custom parts of a user, in the order in which they were added. */
export type CustomParts = {
  readonly parts: ReadonlyMap<CustomPartId, OwnedCustomPart>;
  readonly isErased: boolean;
};

/** All of them are compared with every list of their owner. */
export const CUSTOM_PARTS_MAX = 1_000;

type CustomPartsDecision = Decision<CustomPartsEvent, CustomPartsRejection>;

const isSame = (some: CustomPart, other: CustomPart): boolean =>
  some.number === other.number &&
  some.name === other.name &&
  some.relatedPart === other.relatedPart &&
  some.colourIds.join() === other.colourIds.join();

const refuseTaken = (
  { parts }: CustomParts,
  number: string,
  partId: CustomPartId,
): Rejection<'number-taken'> | undefined =>
  [...parts.values()].some((part) => part.partId !== partId && partKey(part.number) === partKey(number))
    ? reject('number-taken', `You have a custom part ${number} already.`)
    : undefined;

const add = ({ data }: AddCustomPart, state: CustomParts): CustomPartsDecision => {
  const { owner, partId, part, at: addedAt } = data;
  const existing = state.parts.get(partId);
  if (existing !== undefined)
    return isSame(existing, part) ? [] : reject('part-id-taken', 'That id is used by another of your parts.');
  if (state.parts.size >= CUSTOM_PARTS_MAX)
    return reject('too-many-custom-parts', `You have ${String(CUSTOM_PARTS_MAX)} custom parts; delete one first.`);
  return (
    refuseTaken(state, part.number, partId) ?? [{ type: 'CustomPartAdded', data: { owner, partId, part, addedAt } }]
  );
};

const notFound = reject('custom-part-not-found', 'You have no such custom part.');

const change = ({ data }: ChangeCustomPart, state: CustomParts): CustomPartsDecision => {
  const existing = state.parts.get(data.partId);
  if (existing === undefined) return notFound;
  const { number, name, colourIds, relatedPart } = { ...existing, ...data.change };
  const part = { number, name, colourIds, relatedPart };
  if (isSame(existing, part)) return [];
  const { owner, partId, at: changedAt } = data;
  return (
    refuseTaken(state, number, partId) ?? [{ type: 'CustomPartChanged', data: { owner, partId, part, changedAt } }]
  );
};

const decide = (command: CustomPartsCommand, state: CustomParts): CustomPartsDecision => {
  if (command.type === 'EraseCustomParts') {
    const { owner, at: erasedAt } = command.data;
    return state.isErased ? [] : [{ type: 'CustomPartsErased', data: { owner, erasedAt } }];
  }
  if (state.isErased) return reject('user-erased', 'The account of these parts was erased.');
  switch (command.type) {
    case 'AddCustomPart':
      return add(command, state);
    case 'ChangeCustomPart':
      return change(command, state);
    case 'DeleteCustomPart': {
      const { owner, partId, at: deletedAt } = command.data;
      return state.parts.has(partId) ? [{ type: 'CustomPartDeleted', data: { owner, partId, deletedAt } }] : notFound;
    }
    default:
      return unreachable(command);
  }
};

const evolve = (state: CustomParts, event: CustomPartsEvent): CustomParts => {
  const parts = new Map(state.parts);
  switch (event.type) {
    case 'CustomPartsErased':
      return { parts: new Map(), isErased: true };
    case 'CustomPartAdded': {
      const { partId, part, addedAt } = event.data;
      return { ...state, parts: parts.set(partId, { ...part, partId, addedAt }) };
    }
    case 'CustomPartChanged': {
      const { partId, part, changedAt } = event.data;
      return {
        ...state,
        parts: parts.set(partId, { addedAt: changedAt, ...state.parts.get(partId), ...part, partId }),
      };
    }
    case 'CustomPartDeleted':
      parts.delete(event.data.partId);
      return { ...state, parts };
    default:
      return unreachable(event);
  }
};

/** The parts of a user that no catalogue has. */
export const customPartsDecider: Decider<CustomPartsCommand, CustomParts, CustomPartsEvent, CustomPartsRejection> = {
  initial: { parts: new Map(), isErased: false },
  decide,
  evolve,
};
