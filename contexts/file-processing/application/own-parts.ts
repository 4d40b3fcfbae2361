import type { FoldedStates } from '@lego-moc/application/folded-states';
import type { CustomParts, CustomPartsCommand, CustomPartsRejection } from '../domain/custom-parts.ts';
import { partKey } from '../domain/catalogue.ts';
import type { OwnPartsOf } from './ports/own-parts.ts';

export type CustomPartStates = FoldedStates<CustomPartsCommand, CustomParts, CustomPartsRejection>;

/** Where no user is known. */
export const noOwnParts: OwnPartsOf = () => Promise.resolve({ changes: 0, parts: new Map() });

/** Reads the custom parts of a user from their stream, so that the next list knows what was said a moment ago. */
export const ownPartsIn =
  ({ latest }: Pick<CustomPartStates, 'latest'>): OwnPartsOf =>
  async (owner) => {
    const { state, revision } = await latest(owner);
    return {
      changes: revision === 'no-stream' ? 0 : Number(revision) + 1,
      parts: new Map([...state.parts.values()].map((part) => [partKey(part.number), part])),
    };
  };
