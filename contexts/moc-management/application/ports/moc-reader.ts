import type { UserId } from '@lego-moc/kernel/message';
import type { ListMocsQuery, MocReply } from '../../contracts/http-api.ts';
import type { MocId } from '../../domain/moc-events.ts';

export type MocPage = { readonly mocs: readonly MocReply[]; readonly nextCursor: string | null };

/** MOCs as their readers see them. */
export interface MocReader {
  /**
   * A MOC no older than `atLeast`, nor than what was written here, from its own stream if the read model is not that
   * far. `undefined` when there is none, or it is deleted.
   */
  moc(mocId: MocId, atLeast?: bigint): Promise<MocReply | undefined>;
  /** A MOC as its own stream has it at this moment. */
  latest(mocId: MocId): Promise<MocReply | undefined>;
  /**
   * A page of MOCs, newest first, as far as the read model is; those of the reader no older than they were written here.
   * Refuses a cursor that is none.
   */
  mocs(reader: UserId, query: ListMocsQuery): Promise<MocPage>;
}

/** Whether somebody may see a MOC: its owner always, others once it is published. */
export const isVisibleTo = (reader: UserId, { owner, status }: Pick<MocReply, 'owner' | 'status'>): boolean =>
  owner === reader || status === 'published';
