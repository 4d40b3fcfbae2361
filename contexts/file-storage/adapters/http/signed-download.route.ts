import type { Router } from 'express';
import { problem } from '@lego-moc/http/problem';
import type { Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { attachmentDisposition } from '@lego-moc/object-storage/content-disposition';
import { isKey, type ByteRange, type ObjectStore } from '@lego-moc/object-storage/object-store';
import type { Grant, SignedQueries } from '@lego-moc/object-storage/signed-query';
import { reprDigest } from './repr-digest.ts';
import { downloadContract } from './routes.ts';

/** One range of bytes, as video players and PDF viewers ask for. Several at once are answered with the whole. */
const rangeIn = (header: string | undefined, size: number): ByteRange | 'none' | 'impossible' => {
  const range = /^bytes=(\d*)-(\d*)$/u.exec(header ?? '');
  if (range === null || (range[1] === '' && range[2] === '')) return 'none';
  const [, from = '', to = ''] = range;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  return first <= last ? { first, last } : 'impossible';
};

const headersFor = ({
  mediaType = 'application/octet-stream',
  downloadName,
  sha256,
}: Grant): Record<string, string> => ({
  'content-type': mediaType,
  'content-disposition': downloadName === undefined ? 'inline' : attachmentDisposition(downloadName),
  // Chrome shows no PDF in a sandbox; nothing else is to run, load or frame anything.
  'content-security-policy': `default-src 'none'${mediaType === 'application/pdf' ? '' : '; sandbox'}`,
  'cache-control': 'private, max-age=300',
  'accept-ranges': 'bytes',
  ...(sha256 === undefined ? {} : reprDigest(sha256)),
});

const DENIALS = {
  tampered: problem(403, 'signature-invalid', 'This link was changed after it was made. Ask for a new one.'),
  expired: problem(403, 'link-expired', 'This link has expired. Ask for a new one.'),
};

const NOT_FOUND = problem(404, 'file-not-found', 'This file is gone.');

/** Serves the signed URLs of the directory store. Where S3 keeps the files, S3 does this. */
export const signedDownloadRoute = (objects: ObjectStore, signedQueries: SignedQueries): Router =>
  route(downloadContract, async ({ params: { fileId, attempt }, request }): Promise<Reply> => {
    const key = `${fileId}/${attempt}`;
    const grant = signedQueries.verify(key, request.query);
    if (typeof grant === 'string') return DENIALS[grant];

    const object = isKey(key) ? await objects.head(key) : undefined;
    if (object === undefined) return NOT_FOUND;
    const { size } = object;
    const range = rangeIn(request.get('range'), size);
    if (range === 'impossible')
      return problem(416, 'range-not-satisfiable', `The file has ${size} bytes.`, {
        headers: { 'content-range': `bytes */${size}` },
      });

    const stream = await objects.get(key, range === 'none' ? undefined : range);
    if (stream === undefined) return NOT_FOUND;
    const headers = headersFor(grant);
    if (range === 'none') return { status: 200, headers: { ...headers, 'content-length': String(size) }, stream };
    return {
      status: 206,
      headers: {
        ...headers,
        'content-length': String(range.last - range.first + 1),
        'content-range': `bytes ${range.first}-${range.last}/${size}`,
      },
      stream,
    };
  });
