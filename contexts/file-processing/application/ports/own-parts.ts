import type { UserId } from '@lego-moc/kernel/message';
import type { CustomPart } from '../../domain/custom-parts.ts';
import type { OwnPartLinks } from '../../domain/part-links.ts';

/** What a user added to the catalogue for their own lists; `changes` grows with each change of it. */
export type OwnParts = {
  readonly changes: number;
  /** Custom parts by `partKey` of their number. */
  readonly parts: ReadonlyMap<string, CustomPart>;
  /** The user's own table of part numbers. */
  readonly links: OwnPartLinks;
};

export type OwnPartsOf = (owner: UserId) => Promise<OwnParts>;
