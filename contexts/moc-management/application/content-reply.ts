import type { describedReply } from '../contracts/description-api.ts';
import type { MocReply } from '../contracts/http-api.ts';
import type { PartsCount } from '../domain/moc-events.ts';
import type { PartsList } from '../domain/parts-lists.ts';
import type { PublishedContent } from './moc-row.ts';

/** The first list of the MOC whose file has the same content as that of `list`, unless that is `list` itself. */
const duplicateOf = (list: PartsList, { parts_lists, files }: PublishedContent): string | null => {
  const hashOf = ({ fileId }: PartsList) => files.find((file) => file.fileId === fileId)?.sha256;
  const hash = hashOf(list);
  const first = hash === undefined ? list : parts_lists.find((other) => hashOf(other) === hash);
  return first === undefined || first.partsListId === list.partsListId ? null : first.partsListId;
};

const decisionUrlOf = (jobId: string): string => `/api/jobs/${jobId}/decision`;

type PartsListReply = MocReply['partsLists'][number];

const replacementReply = ({ replacement }: PartsList): Pick<PartsListReply, 'replacement'> => {
  if (replacement === undefined) return {};
  return replacement.status === 'needs-decision'
    ? { replacement: { ...replacement, decisionUrl: decisionUrlOf(replacement.jobId) } }
    : { replacement };
};

const totalsOf = ({ lots, pieces, unknownParts, unknownColours, problemLots = 0 }: PartsCount) => ({
  ...{ lots, pieces, unknownParts, unknownColours, problemLots },
});

const partsListReply = (list: PartsList, row: PublishedContent): PartsListReply => {
  const { partsListId, title, description = '', status, fileId, jobId } = list;
  const noCounts = { lots: null, pieces: null, unknownParts: null, unknownColours: null, problemLots: null };
  const duplicate = { duplicateOf: duplicateOf(list, row) };
  const common = { partsListId, title, description, status, fileId, jobId, ...duplicate, ...replacementReply(list) };
  switch (list.status) {
    case 'processing':
      return { ...common, ...noCounts };
    case 'needs-decision':
      return { ...common, ...noCounts, decisionUrl: decisionUrlOf(jobId) };
    case 'counted':
      return { ...common, ...totalsOf(list.count) };
    case 'unreadable':
      return { ...common, ...noCounts, code: list.code, because: list.because };
  }
};

const describedReplyOf = (row: PublishedContent) => ({
  description: row.description,
  theme: row.theme,
  subtheme: row.subtheme,
  tags: [...row.tags],
  author: row.author,
  licence: row.licence,
  type: row.type,
  brand: row.set_details?.brand ?? null,
  setNumber: row.set_details?.number ?? null,
  releaseYear: row.set_details?.releaseYear ?? null,
  retired: row.set_details?.retired ?? null,
});

type ContentReply = Pick<MocReply, keyof typeof describedReply | 'title' | 'totalPieces' | 'partsLists' | 'files'>;

/** Text, parts lists and files in the form of the API. */
export const contentReplyOf = (row: PublishedContent): ContentReply => ({
  title: row.title,
  ...describedReplyOf(row),
  totalPieces: row.total_pieces,
  partsLists: row.parts_lists.map((list) => partsListReply(list, row)),
  files: [...row.files],
});
