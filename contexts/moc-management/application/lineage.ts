import type { UserId } from '@lego-moc/kernel/message';
import type { Credit } from '../domain/lineage.ts';
import type { MocId } from '../domain/moc-id.ts';
import type { Owners } from './owners.ts';

export type Descendant = {
  readonly mocId: MocId;
  readonly title: string;
  readonly owner: UserId;
  /** What it was made of, the nearest first. */
  readonly lineage: readonly Credit[];
};

/** What the read model says about a family of MOCs, as far as a reader may see it. */
export type LineageReader = {
  /** The MOCs that were made of one, however indirectly, the oldest first; at most `limit`. */
  readonly descendants: (mocId: MocId, reader: UserId, limit: number) => Promise<readonly Descendant[]>;
  /** Which of the MOCs the reader can see. */
  readonly visible: (mocIds: readonly MocId[], reader: UserId) => Promise<ReadonlySet<MocId>>;
};

/** A credit as it is shown: without title and owner once the owner is erased. */
export type ShownCredit = Omit<Credit, 'title' | 'owner'> & {
  readonly title: string | null;
  readonly owner: UserId | null;
  readonly isAvailable: boolean;
};

/** The credits of a MOC. They stay when what they name is deleted; erased owners are not named. */
export const showCredits =
  (reader: Pick<LineageReader, 'visible'>, owners: Pick<Owners, 'refusal'>) =>
  async (lineage: readonly Credit[], viewer: UserId): Promise<readonly ShownCredit[]> => {
    const visible = await reader.visible(
      lineage.map(({ mocId }) => mocId),
      viewer,
    );
    const erasedOwners = new Set<UserId>();
    for (const owner of new Set(lineage.map((credit) => credit.owner))) {
      if ((await owners.refusal(owner)) !== undefined) erasedOwners.add(owner);
    }
    return lineage.map((credit) => ({
      ...credit,
      ...(erasedOwners.has(credit.owner) ? { title: null, owner: null } : {}),
      isAvailable: visible.has(credit.mocId),
    }));
  };
