import type { z } from 'zod';
import type { diffReply, rebuyReply, versionReply } from '../../contracts/versions-api.ts';
import { contentColumns } from '../../application/moc-row.ts';
import { instructionOrder, isSameOrder } from '../../domain/instruction-order.ts';
import type { NeededLot, PartsDiff, Rebuy } from '../../domain/needed-lots.ts';
import type { Content, Version } from '../../domain/versions.ts';
import { contentReplyOf } from '../../application/content-reply.ts';

type VersionReply = z.infer<typeof versionReply>;

const numberOf = (content: Content | Version): number | null => ('version' in content ? content.version : null);

export const versionReplyOf = (content: Content | Version): VersionReply => ({
  version: numberOf(content),
  publishedAt: 'version' in content ? content.publishedAt : null,
  ...contentReplyOf(contentColumns(content)),
});

const TEXT_FIELDS = [
  ...(['title', 'description', 'theme', 'subtheme', 'tags', 'author', 'licence'] as const),
  ...(['brand', 'setNumber', 'releaseYear', 'retired'] as const),
];

const missingIn = <Item>(some: readonly Item[], others: readonly Item[], idOf: (item: Item) => string): Item[] => {
  const ids = new Set(others.map(idOf));
  return some.filter((item) => !ids.has(idOf(item)));
};

/** The order of the instructions that both contents have, unless it is the same. */
const orderDiff = (from: Content, to: Content): z.infer<typeof diffReply>['files']['instructionOrder'] => {
  const [before, after] = [instructionOrder(from.files), instructionOrder(to.files)];
  const common = [before.filter((fileId) => after.includes(fileId)), after.filter((fileId) => before.includes(fileId))];
  const [fromOrder = [], toOrder = []] = common;
  return isSameOrder(fromOrder, toOrder) ? null : { from: fromOrder, to: toOrder };
};

/** The differences between two contents, of which those in parts are given. */
export const diffReplyOf = (
  from: Content | Version,
  to: Content | Version,
  parts: PartsDiff,
): z.infer<typeof diffReply> => {
  const [before, after] = [versionReplyOf(from), versionReplyOf(to)];
  const fileId = (file: (typeof before.files)[number]) => file.fileId;
  const listId = (list: (typeof before.partsLists)[number]) => list.partsListId;
  const namesOf = (lists: typeof before.partsLists) => lists.map(({ partsListId, title }) => ({ partsListId, title }));
  return {
    ...{ from: before.version, to: after.version },
    text: TEXT_FIELDS.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field])).map(
      (field) => ({
        ...{ field, from: before[field], to: after[field] },
      }),
    ),
    files: {
      added: missingIn(after.files, before.files, fileId),
      removed: missingIn(before.files, after.files, fileId),
      instructionOrder: orderDiff(from, to),
    },
    partsLists: {
      added: namesOf(missingIn(after.partsLists, before.partsLists, listId)),
      removed: namesOf(missingIn(before.partsLists, after.partsLists, listId)),
    },
    parts: {
      added: [...parts.added],
      removed: [...parts.removed],
      recoloured: [...parts.recoloured],
      quantity: [...parts.quantity],
      renamed: [...parts.renamed],
    },
  };
};

const lotsReply = (lots: readonly NeededLot[]) => ({
  lots: lots.length,
  pieces: lots.reduce((sum, { quantity }) => sum + quantity, 0),
  items: [...lots],
});

export const rebuyReplyOf = ({ buy, leftOver }: Rebuy): z.infer<typeof rebuyReply> => ({
  buy: lotsReply(buy),
  leftOver: lotsReply(leftOver),
});
