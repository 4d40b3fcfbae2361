import type { MocReply } from '../../contracts/http-api.ts';
import type { PartsList } from '../../domain/parts-lists.ts';
import type { MocRow } from '../../application/moc-row.ts';

const partsListReply = (list: PartsList): MocReply['partsLists'][number] => {
  const { partsListId, title, status, fileId, jobId } = list;
  const uncounted = { lots: null, pieces: null, unknownParts: null, unknownColours: null };
  const common = { partsListId, title, status, fileId, jobId };
  switch (list.status) {
    case 'processing':
      return { ...common, ...uncounted };
    case 'counted':
      return { ...common, ...list.count };
    case 'unreadable':
      return { ...common, ...uncounted, code: list.code, because: list.because };
  }
};

/** The row of a MOC as the API shows it. */
export const mocReplyOf = (mocId: string, revision: bigint, row: MocRow): MocReply => ({
  mocId,
  owner: row.owner,
  title: row.title,
  description: row.description,
  theme: row.theme,
  tags: [...row.tags],
  status: row.status,
  totalPieces: row.total_pieces,
  partsLists: row.parts_lists.map(partsListReply),
  files: [...row.files],
  createdAt: row.created_at,
  publishedAt: row.published_at,
  revision: String(revision),
});
