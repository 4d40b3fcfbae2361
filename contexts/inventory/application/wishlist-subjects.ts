import type { Cause } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import { mocOf, setOf } from '../domain/advice/wishes.ts';
import type { MocReader } from './ports/moc-reader.ts';
import type { WishReader } from './ports/wish-reader.ts';

/** What a builder wishes to build, and the sets that they wish for, each once and in the order of the wishes. */
export type WishlistSubjects = { readonly mocIds: readonly string[]; readonly setNumbers: readonly string[] };

/** As many MOCs as one question may be about. */
const MOCS_MAX = 100;

const distinct = (names: readonly (string | undefined)[]): readonly string[] => [
  ...new Set(names.filter((name) => name !== undefined)),
];

/** Reads which MOCs and sets a wishlist names; MOCs that its owner cannot see, or without counted lists, are left out. */
export const wishlistSubjects =
  ({ wishes, mocs }: { readonly wishes: WishReader; readonly mocs: Pick<MocReader, 'some'> }) =>
  async (owner: UserId, cause: Cause): Promise<WishlistSubjects> => {
    const list = await wishes.all(owner, cause);
    const linkedIds = distinct(list.map(mocOf)).slice(0, MOCS_MAX);
    const linkedMocs = linkedIds.length === 0 ? undefined : await mocs.some(linkedIds, owner, cause);
    return {
      mocIds: linkedIds.filter((mocId) => (linkedMocs?.get(mocId)?.lists.length ?? 0) > 0),
      setNumbers: distinct(list.map(setOf)),
    };
  };
