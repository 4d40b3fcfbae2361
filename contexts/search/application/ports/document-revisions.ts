import type { UserId } from '@lego-moc/kernel/message';
import type { OwnWrite } from './own-writes.ts';

/** The revision of a document that a caller has seen elsewhere, and wants to search no older. */
export type LeastRevision = { readonly id: string; readonly revision: bigint };

/** The document `id` as it is indexed, also as deleted; `undefined` when there is none that `by` may see. */
export type FindRevision = (id: string, by: UserId) => Promise<OwnWrite | undefined>;
