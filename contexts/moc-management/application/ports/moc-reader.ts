import type { UserId } from '@lego-moc/kernel/message';
import type { ListMocsQuery, MocReply } from '../../contracts/http-api.ts';
import type { MocId } from '../../domain/moc-events.ts';

export type MocPage = { readonly mocs: readonly MocReply[]; readonly nextCursor: string | null };

/** MOCs as the API shows them. */
export interface MocReader {
  /**
   * A MOC as its reader sees it: the owner's draft, or the last published version. No older than `atLeast` and the
   * writes through this process; read from its stream when the read model is behind. `undefined` when there is none for
   * the reader, or it is deleted.
   */
  moc(mocId: MocId, reader: UserId, atLeast?: bigint): Promise<MocReply | undefined>;
  /** The same from its stream, at this moment. */
  latest(mocId: MocId, reader: UserId): Promise<MocReply | undefined>;
  /**
   * A page of MOCs from the read model, newest first; those of the reader no older than their writes through this
   * process. Refuses an invalid cursor.
   */
  mocs(reader: UserId, query: ListMocsQuery): Promise<MocPage>;
}

/**
 * Some MOCs, each as its reader sees it, in no order and without those that the reader may not see. One that was begun
 * through another process appears a moment later.
 */
export type LookUpMocs = (mocIds: readonly MocId[], reader: UserId) => Promise<readonly MocReply[]>;
