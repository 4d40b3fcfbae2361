import { Router, type Request } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { expectedRevision } from '@lego-moc/http/if-match';
import { noContent, ok, problem, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import type { FileStore } from '../../application/ports/file-store.ts';
import type { Revise } from '../../application/revision.ts';
import { isRefused, NEWEST, type VersionReading, type VersionRefusal } from '../../application/version-reading.ts';
import type { FileId, MocId } from '../../domain/moc-events.ts';
import { totalPieces } from '../../domain/parts-lists.ts';
import type { Content, Version } from '../../domain/versions.ts';
import { refusal } from './rejection-status.ts';
import {
  diffVersions,
  downloadVersionFile,
  listVersions,
  readVersion,
  rebuyParts,
  revertToVersion,
} from './version-contracts.ts';
import { diffReplyOf, rebuyReplyOf, versionReplyOf } from './version-reply.ts';

export type VersionRoutes = {
  readonly versions: VersionReading;
  readonly revise: Revise;
  readonly files: Pick<FileStore, 'downloadUrl'>;
};

/** The published versions of MOCs, and what changed between them. */
export const versionRoutes = ({ versions, revise, files }: VersionRoutes): Router => {
  const content = (request: Request, mocId: string, name: string) =>
    versions.content(mocId as MocId, userOf(request).id, name);

  /** Answers from two contents of a MOC. */
  const answerFrom = async (
    request: Request,
    { mocId, from, to }: { readonly mocId: string; readonly from: string; readonly to: string },
    answer: (before: Content | Version, after: Content | Version) => Promise<object | VersionRefusal>,
  ): Promise<Reply> => {
    const before = await content(request, mocId, from);
    if (isRefused(before)) return refusal(before);
    const after = await content(request, mocId, to);
    if (isRefused(after)) return refusal(after);
    const result = await answer(before, after);
    return isRefused(result) ? refusal(result) : ok(result);
  };

  return Router().use(
    route(listVersions, async ({ request, params: { mocId } }) => {
      const result = await versions.mocOf(mocId as MocId, userOf(request).id);
      if (isRefused(result)) return refusal(result);
      const summaries = result.moc.versions.map(({ version, publishedAt, title, partsLists }) => ({
        ...{ version, publishedAt, title, totalPieces: totalPieces(partsLists) },
      }));
      return ok({ versions: summaries });
    }),

    route(readVersion, async ({ request, params: { mocId, version } }) => {
      const result = await content(request, mocId, version);
      return isRefused(result) ? refusal(result) : ok(versionReplyOf(result));
    }),

    route(downloadVersionFile, async ({ request, params: { mocId, version, fileId } }) => {
      const result = await content(request, mocId, version);
      if (isRefused(result)) return refusal(result);
      const file = result.files.find((some) => some.fileId === fileId);
      const url = file === undefined ? undefined : await files.downloadUrl(fileId as FileId, file.name);
      return url === undefined ? noSuchFile : ok(url);
    }),

    route(diffVersions, ({ request, params }) =>
      answerFrom(request, params, async (before, after) => {
        const parts = await versions.diff(before, after, causeOf(request));
        return isRefused(parts) ? parts : diffReplyOf(before, after, parts);
      }),
    ),

    route(rebuyParts, ({ request, params: { mocId, version: from }, query: { to = NEWEST } }) =>
      answerFrom(request, { mocId, from, to }, async (before, after) => {
        const rebuy = await versions.rebuy(before, after, causeOf(request));
        return isRefused(rebuy) ? rebuy : rebuyReplyOf(rebuy);
      }),
    ),

    route(revertToVersion, async ({ request, params: { mocId, version } }) => {
      const by = userOf(request).id;
      const result = await content(request, mocId, version);
      if (isRefused(result)) return refusal(result);
      if (!('version' in result)) return noContent();
      const data = { mocId: mocId as MocId, by, version: result.version };
      const outcome = await revise({ type: 'RevertMoc', data }, causeOf(request), expectedRevision(request));
      if (isRejection(outcome)) return refusal(outcome);
      return noContent(outcome.revision === 'no-stream' ? undefined : outcome.revision);
    }),
  );
};

const noSuchFile = problem(404, 'file-not-found', 'That version has no such file.');
