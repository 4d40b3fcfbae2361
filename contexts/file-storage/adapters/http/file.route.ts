import { Router } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { problem, refuse } from '@lego-moc/http/problem';
import { createdReply, noContent, ok, streamReply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import { newId } from '@lego-moc/application/new-id';
import type { ObjectStore } from '@lego-moc/object-storage/object-store';
import type { CopyFile } from '../../application/copy-file.ts';
import type { DiscardStoredFile } from '../../application/discard-file.ts';
import type { LinkedImage } from '../../contracts/http-api.ts';
import type { UploadRejection } from '../../application/upload-file.ts';
import type { ContentKey, FileId } from '../../domain/file-events.ts';
import { contentKeyOf, type File, type StoredState } from '../../domain/file.ts';
import { fileView, renditionStatusOf } from '../../application/file-view.ts';
import { reprDigest } from './repr-digest.ts';
import {
  contentContract,
  copyContract,
  describeContract,
  discardContract,
  linkedImagesContract,
  signedUrlContract,
} from './routes.ts';
import { uploadProblem } from './upload-problem.ts';

/** Long enough to click; a leaked link expires soon. */
const SIGNED_URL_S = 300;

/**
 * Media types that a browser shows without running anything in them. Everything else is saved: XML, too, can carry
 * scripts.
 */
const INLINE_TYPES = /^(?:image\/(?:jpeg|png|webp|avif|gif)|application\/pdf)$/u;

export type FileRouteOptions = {
  readonly load: (fileId: FileId) => Promise<File>;
  readonly copy: CopyFile;
  readonly discard: DiscardStoredFile;
  readonly objects: Pick<ObjectStore, 'get' | 'signedUrl'>;
};

const storedOrRefused = (file: File): StoredState => {
  switch (file.status) {
    case 'stored':
      return file;
    case 'discarded':
      return refuse(410, 'file-discarded', 'This file was discarded.');
    case 'absent':
      return refuse(404, 'file-not-found', 'There is no such file.');
  }
};

/** Signs a URL of each rendition of an image. */
const linkRenditions =
  (objects: Pick<ObjectStore, 'signedUrl'>) =>
  async ({ image }: StoredState): Promise<LinkedImage | undefined> => {
    if (image === undefined || image === 'failed') return undefined;
    const { renditions, ...description } = image;
    const links = renditions.map(async ({ key, sha256, ...rendition }) => {
      const digest = sha256 === undefined ? {} : { sha256 };
      const options = { expiresInS: SIGNED_URL_S, mediaType: 'image/webp', ...digest };
      const { url } = await objects.signedUrl(key, options);
      return { ...rendition, url };
    });
    return { ...description, renditions: await Promise.all(links) };
  };

/** Describe, read, sign, copy and discard. */
export const fileRoutes = ({ load, copy, discard, objects }: FileRouteOptions): Router => {
  const loadStored = async (fileId: string): Promise<StoredState> => storedOrRefused(await load(fileId as FileId));

  const linkedImageOf = linkRenditions(objects);

  return Router().use(
    route(describeContract, async ({ params }) => ok(fileView(await loadStored(params.fileId)))),

    route(contentContract, async ({ params }) => {
      const file = await loadStored(params.fileId);
      const { size, mediaType, sha256 } = file;
      const content = await objects.get(contentKeyOf(file));
      // Discarded a moment ago: the event is recorded before the bytes are deleted.
      if (content === undefined) return problem(410, 'file-discarded', 'This file was discarded.');
      const headers = { 'content-type': mediaType, 'content-length': String(size), ...reprDigest(sha256) };
      return streamReply(content, headers);
    }),

    route(signedUrlContract, async ({ query }) => {
      const file = await loadStored(query.fileId);
      const { mediaType, name, sha256 } = file;
      const downloadName = query.downloadName ?? (INLINE_TYPES.test(mediaType) ? undefined : name);
      const { url, expiresAt } = await objects.signedUrl(contentKeyOf(file), {
        expiresInS: SIGNED_URL_S,
        mediaType,
        sha256,
        ...(downloadName === undefined ? {} : { downloadName }),
      });
      const image = await linkedImageOf(file);
      return ok({ url, expiresAt, ...renditionStatusOf(file), ...(image === undefined ? {} : { image }) });
    }),

    route(linkedImagesContract, async ({ query }) => {
      const files = await Promise.all(query.fileIds.map((fileId) => load(fileId as FileId)));
      const storedFiles = files.filter((file) => file.status === 'stored');
      const images = await Promise.all(
        storedFiles.map(async (file) => {
          const image = await linkedImageOf(file);
          return image === undefined ? [] : [[file.fileId, image] as const];
        }),
      );
      const failedIds = storedFiles.filter(({ image }) => image === 'failed').map(({ fileId }) => fileId);
      return ok({ images: Object.fromEntries(images.flat()), failed: failedIds });
    }),

    route(copyContract, async ({ query, request }) => {
      const { roles, sourceOwner = query.owner } = query;
      const [fileId, source, owner] = [query.fileId as FileId, query.source as FileId, query.owner as UserId];
      const key = `${fileId}/${newId()}` as ContentKey;
      const data = { fileId, source, owner, sourceOwner: sourceOwner as UserId, roles, key };
      const outcome = await copy(data, causeOf(request));
      if (isRejection<UploadRejection>(outcome)) return uploadProblem(outcome);
      const body = fileView(outcome.file);
      return outcome.isNew ? createdReply(`/internal/v1/files/${fileId}`, body) : ok(body);
    }),

    route(discardContract, async ({ params, request }) => {
      await discard(params.fileId as FileId, causeOf(request));
      return noContent();
    }),
  );
};
