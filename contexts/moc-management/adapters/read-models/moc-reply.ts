import type { UserId } from '@lego-moc/kernel/message';
import type { MocReply } from '../../contracts/http-api.ts';
import { hasUnpublishedChanges, publicRow, type MocRow } from '../../application/moc-row.ts';
import { coverOf } from '../../domain/gallery-links.ts';
import { contentReplyOf } from '../../application/content-reply.ts';

const parentOf = ({ lineage }: MocRow): MocReply['parent'] => {
  const [parent] = lineage;
  return parent === undefined ? null : { mocId: parent.mocId, version: parent.version, relation: parent.relation };
};

const withdrawnFileReplyOf = (file: MocRow['withdrawn_files'][number]): MocReply['withdrawnFiles'][number] => ({
  ...file,
  because: `A virus scan has found ${file.infectedWith} in this file, so it was deleted. Clean it, then add it again.`,
});

/** The row of a MOC in the form of the API. */
export const mocReplyOf = (mocId: string, revision: bigint, row: MocRow): MocReply => ({
  mocId,
  owner: row.owner,
  ...contentReplyOf(row),
  status: row.status,
  parent: parentOf(row),
  galleryLinks: row.gallery_links.map(({ kind, itemId, verified, linkedAt }) => ({ kind, itemId, verified, linkedAt })),
  coverImageId: coverOf(row.gallery_links),
  createdAt: row.created_at,
  publishedAt: row.published_at,
  version: row.version,
  versionPublishedAt: row.version_published_at,
  successor: row.successor,
  withdrawnFiles: row.withdrawn_files.map(withdrawnFileReplyOf),
  hasUnpublishedChanges: hasUnpublishedChanges(row),
  revision: String(revision),
});

/** The last published version in the form of the API; `undefined` for a draft. */
export const publicReplyOf = (mocId: string, revision: bigint, row: MocRow): MocReply | undefined => {
  const publishedRow = publicRow(row);
  return publishedRow === undefined ? undefined : mocReplyOf(mocId, revision, { ...publishedRow, withdrawn_files: [] });
};

/** What a reader sees of a MOC: its owner the draft, others the last published version. */
export const replyFor = (reader: UserId, mocId: string, revision: bigint, row: MocRow): MocReply | undefined =>
  row.owner === reader ? mocReplyOf(mocId, revision, row) : publicReplyOf(mocId, revision, row);
