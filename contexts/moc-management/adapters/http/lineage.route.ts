import type { Router } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { isRejection } from '@lego-moc/kernel/decider';
import { ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { showCredits, type Descendant, type LineageReader } from '../../application/lineage.ts';
import type { Owners } from '../../application/owners.ts';
import type { VersionReading } from '../../application/version-reading.ts';
import type { MocId } from '../../domain/moc-id.ts';
import { readLineage } from './lineage-contracts.ts';
import { refusal } from './rejection-status.ts';

/** More than a page shows; a family that is larger is shown in part. */
const DESCENDANTS_MAX = 200;

const descendantReply = ({ mocId, title, owner, lineage }: Descendant, ancestor: MocId) =>
  lineage.slice(0, 1).map((parent) => ({
    ...{ mocId, title, owner, parentMocId: parent.mocId, parentVersion: parent.version, relation: parent.relation },
    depth: lineage.findIndex((credit) => credit.mocId === ancestor) + 1,
  }));

/** What a MOC was made of, and what was made of it. */
export const lineageRoute = (
  versions: Pick<VersionReading, 'mocOf'>,
  reader: LineageReader,
  owners: Pick<Owners, 'refusal'>,
): Router => {
  const credits = showCredits(reader, owners);
  return route(readLineage, async ({ request, params }) => {
    const mocId = params.mocId as MocId;
    const { id: viewer } = userOf(request);
    const result = await versions.mocOf(mocId, viewer);
    if (isRejection(result)) return refusal(result);
    const ancestors = await credits(result.moc.lineage, viewer);
    const descendants = await reader.descendants(mocId, viewer, DESCENDANTS_MAX + 1);
    return ok({
      ancestors,
      descendants: descendants.slice(0, DESCENDANTS_MAX).flatMap((of) => descendantReply(of, mocId)),
      isComplete: descendants.length <= DESCENDANTS_MAX,
    });
  });
};
