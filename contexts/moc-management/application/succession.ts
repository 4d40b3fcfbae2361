import { reject, type Rejection } from '@lego-moc/kernel/decider';
import type { MocId } from '../domain/moc-id.ts';
import type { Moc } from '../domain/moc.ts';
import type { SuccessionRejection } from '../domain/succession.ts';

export type Succession = {
  /** Refuses a successor that not everybody can see. */
  readonly refusal: (successor: MocId) => Promise<Rejection<SuccessionRejection> | undefined>;
  /** The successor of a deleted MOC; `undefined` when it has none, or that is not published any more. */
  readonly ofDeleted: (mocId: MocId) => Promise<MocId | undefined>;
};

/** What takes the place of MOCs that are outdated or deleted. */
export const successionIn = (load: (mocId: MocId) => Promise<Moc>): Succession => {
  const isPublished = async (mocId: MocId): Promise<boolean> => (await load(mocId)).status === 'published';
  return {
    refusal: async (successor) =>
      (await isPublished(successor))
        ? undefined
        : reject('successor-not-found', 'There is no such published MOC. Publish it first.'),
    ofDeleted: async (mocId) => {
      const moc = await load(mocId);
      if (moc.status !== 'deleted' || moc.successor === undefined) return undefined;
      return (await isPublished(moc.successor)) ? moc.successor : undefined;
    },
  };
};
