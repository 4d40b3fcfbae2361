import type { UserId } from '@lego-moc/kernel/message';
import type { ListMocsQuery, MocReply } from '../../contracts/http-api.ts';
import type { MocId } from '../../domain/moc-events.ts';

export type MocPage = { readonly mocs: readonly MocReply[]; readonly nextCursor: string | null };

/** MOCs as the API shows them. */
export interface MocReader {
  /**
   * A MOC no older than `atLeast` and the writes through this process; read from its stream when the read model is
   * behind. `undefined` when there is none, or it is deleted.
   */
  moc(mocId: MocId, atLeast?: bigint): Promise<MocReply | undefined>;
  /** A MOC from its stream, at this moment. */
  latest(mocId: MocId): Promise<MocReply | undefined>;
  /**
   * A page of MOCs from the read model, newest first; those of the reader no older than their writes through this
   * process. Refuses an invalid cursor.
   */
  mocs(reader: UserId, query: ListMocsQuery): Promise<MocPage>;
}

/** Whether a user may see a MOC: its owner always, others once it is published. */
export const isVisibleTo = (reader: UserId, { owner, status }: Pick<MocReply, 'owner' | 'status'>): boolean =>
  owner === reader || status === 'published';
