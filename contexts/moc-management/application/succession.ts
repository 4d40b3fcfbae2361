import type { MocId } from '../domain/moc-id.ts';
import type { Moc } from '../domain/moc.ts';

export type Succession = {
  /** Whether everybody can see the MOC. */
  readonly isPublished: (mocId: MocId) => Promise<boolean>;
  /** The successor of a deleted MOC; `undefined` when it has none, or that is not published any more. */
  readonly ofDeleted: (mocId: MocId) => Promise<MocId | undefined>;
};

/** What takes the place of MOCs that are outdated or deleted. */
export const successionIn = (load: (mocId: MocId) => Promise<Moc>): Succession => {
  const isPublished = async (mocId: MocId): Promise<boolean> => (await load(mocId)).status === 'published';
  return {
    isPublished,
    ofDeleted: async (mocId) => {
      const moc = await load(mocId);
      if (moc.status !== 'deleted' || moc.successor === undefined) return undefined;
      return (await isPublished(moc.successor)) ? moc.successor : undefined;
    },
  };
};
