import type { UserId } from '@lego-moc/kernel/message';
import type { CustomPart } from '../../domain/custom-parts.ts';

/** The custom parts of a user by `partKey` of their number; `changes` grows with each change of them. */
export type OwnParts = { readonly changes: number; readonly parts: ReadonlyMap<string, CustomPart> };

export type OwnPartsOf = (owner: UserId) => Promise<OwnParts>;
