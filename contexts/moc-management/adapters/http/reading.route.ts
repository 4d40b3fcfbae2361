import { Router, type Request } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { refuse } from '@lego-moc/http/problem';
import { ok, problem } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { imagesReplyOf } from '../../application/images-reply.ts';
import { instructionsReplyOf } from '../../application/instructions-reply.ts';
import type { FileStore } from '../../application/ports/file-store.ts';
import type { MocReader } from '../../application/ports/moc-reader.ts';
import type { Succession } from '../../application/succession.ts';
import type { MocReply } from '../../contracts/http-api.ts';
import type { FileId, MocId } from '../../domain/moc-events.ts';
import { THEMES } from '../../domain/themes.ts';
import {
  downloadFile,
  listFiles,
  listImages,
  listMocs,
  listPartsLists,
  listThemes,
  readInstructions,
  readMoc,
  readPartsList,
} from './reading-contracts.ts';
import { successorLink } from './succession.route.ts';

type FindMoc = (request: Request, mocId: string, atLeast?: bigint) => Promise<MocReply>;

/** Finds MOCs for their readers. One that is not there is refused, with its successor if that is known. */
const findVisibleMoc = (reader: MocReader, succession: Pick<Succession, 'ofDeleted'>): FindMoc => {
  const refuseMissing = async (mocId: MocId): Promise<never> => {
    const successor = await succession.ofDeleted(mocId);
    if (successor === undefined) return refuse(404, 'moc-not-found', 'There is no such MOC.');
    const extra = { headers: successorLink(successor), members: { successor } };
    return refuse(410, 'moc-deleted', 'The MOC was deleted; another one takes its place.', extra);
  };

  return async (request, mocId, atLeast) => {
    const moc = await reader.moc(mocId as MocId, userOf(request).id, atLeast);
    return moc ?? refuseMissing(mocId as MocId);
  };
};

/** A part that is missing in the read model may have been added a moment ago through another instance. */
const findPart =
  (reader: MocReader) =>
  async <Part>(
    request: Request,
    moc: MocReply,
    find: (of: MocReply) => Part | undefined,
  ): Promise<Part | undefined> => {
    const state = find(moc);
    if (state !== undefined) return state;
    const latest = await reader.latest(moc.mocId as MocId, userOf(request).id);
    return latest === undefined ? undefined : find(latest);
  };

/** Routes that read MOCs: the user's own, and published ones. */
export const readingRoutes = (
  reader: MocReader,
  files: FileStore,
  succession: Pick<Succession, 'ofDeleted'>,
): Router => {
  const visibleMoc = findVisibleMoc(reader, succession);

  const partOf = findPart(reader);

  return Router().use(
    route(listThemes, () => ok({ themes: THEMES }, { headers: { 'cache-control': 'private, max-age=86400' } })),

    route(listMocs, async ({ request, query }) => ok(await reader.mocs(userOf(request).id, query))),

    route(readMoc, async ({ request, params: { mocId }, query }) => {
      const moc = await visibleMoc(request, mocId, query.atLeastRevision);
      const headers = moc.successor === null ? {} : successorLink(moc.successor);
      return ok(moc, { etag: moc.revision, headers });
    }),

    route(listFiles, async ({ request, params: { mocId }, query }) => {
      const { files: attachedFiles, revision } = await visibleMoc(request, mocId, query.atLeastRevision);
      return ok({ files: attachedFiles }, { etag: revision });
    }),

    route(listImages, async ({ request, params: { mocId } }) => {
      const { files: attachedFiles } = await visibleMoc(request, mocId);
      const imageFiles = attachedFiles.filter(({ mediaType }) => mediaType.startsWith('image/'));
      const images = await files.images(imageFiles.map(({ fileId }) => fileId as FileId));
      return ok(imagesReplyOf(imageFiles, images), { headers: { 'cache-control': 'no-store' } });
    }),

    route(readInstructions, async ({ request, params: { mocId } }) => {
      const moc = await visibleMoc(request, mocId);
      const parts = moc.files.filter(({ kind }) => kind === 'instruction');
      const images = await files.images(parts.map(({ fileId }) => fileId as FileId));
      return ok(instructionsReplyOf(parts, images), { headers: { 'cache-control': 'no-store' } });
    }),

    route(downloadFile, async ({ request, params: { mocId, fileId } }) => {
      const moc = await visibleMoc(request, mocId);
      const file = await partOf(request, moc, ({ files: all }) => all.find((candidate) => candidate.fileId === fileId));
      const url = file === undefined ? undefined : await files.downloadUrl(fileId as FileId, file.name);
      return url === undefined ? problem(404, 'file-not-found', 'The MOC has no such file.') : ok(url);
    }),

    route(listPartsLists, async ({ request, params: { mocId }, query }) => {
      const { partsLists, revision } = await visibleMoc(request, mocId, query.atLeastRevision);
      return ok({ partsLists }, { etag: revision });
    }),

    route(readPartsList, async ({ request, params: { mocId, partsListId }, query }) => {
      const moc = await visibleMoc(request, mocId, query.atLeastRevision);
      const part = await partOf(request, moc, ({ partsLists, revision }) => {
        const list = partsLists.find((some) => some.partsListId === partsListId);
        return list && { list, revision };
      });
      return part === undefined
        ? problem(404, 'parts-list-not-found', 'The MOC has no such parts list.')
        : ok(part.list, { etag: part.revision });
    }),
  );
};
