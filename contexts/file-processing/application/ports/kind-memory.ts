import type { Outcome } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { FileKindsRejection, KindDecision } from '../../domain/file-kinds.ts';

/** What users decided about kinds of files. */
export interface KindMemory {
  /** What the user decided about files of this kind; empty when nothing. */
  recall(owner: UserId, kind: string): Promise<KindDecision>;
  remember(owner: UserId, kind: string, decision: KindDecision, cause: Cause): Promise<void>;
  /** All decisions of the user by kind, the latest last; a bounded number. */
  list(owner: UserId): Promise<ReadonlyMap<string, KindDecision>>;
  /** The next file of this kind is read without the decision. */
  forgetKind(owner: UserId, kind: string, cause: Cause): Promise<Outcome<FileKindsRejection>>;
  /** The user's account was erased. Later decisions are not kept either. */
  forget(owner: UserId, cause: Cause): Promise<void>;
}
