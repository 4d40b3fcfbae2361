import type { UserId } from '@lego-moc/kernel/message';
import type { DocumentType } from '../../contracts/http-api.ts';

/** A document as somebody has just written it. */
export type OwnWrite = { readonly type: DocumentType; readonly id: string; readonly revision: bigint };

/** What somebody has written in the last seconds, and expects to find. Deletions are not among it. */
export type RecentWrites = (owner: UserId) => Promise<readonly OwnWrite[]>;
