import type { Request, Router } from 'express';
import { problem } from '@lego-moc/http/problem';
import { noContent, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { discardRest } from '@lego-moc/http/unread-body';
import { formParts, isFormField } from '@lego-moc/multipart/form-parts';
import type { ObjectStore } from '@lego-moc/object-storage/object-store';
import type { SignedForms } from '@lego-moc/object-storage/signed-form';
import { formUploadContract } from './routes.ts';

/** A refused client may send the rest for this long, and then read the reason. */
const DISCARD_MS = 5_000;

const DENIALS = {
  tampered: problem(403, 'signature-invalid', 'The form was changed after it was made. Begin the upload again.'),
  expired: problem(403, 'form-expired', 'The form has expired. Begin the upload again.'),
};

const NO_FILE = problem(400, 'invalid-request', 'Send the file as the last part of the form, named file.', {
  errors: [{ pointer: '/file', detail: 'no file was sent' }],
});

/** The content has another size than the form was made for. */
class SizeMismatch extends Error {}

async function* exactly(content: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let bytesLeft = size;
  for await (const chunk of content) {
    bytesLeft -= chunk.length;
    if (bytesLeft < 0) break;
    yield chunk;
  }
  if (bytesLeft !== 0) throw new SizeMismatch();
}

const sizeMismatch = (size: number): Reply =>
  problem(422, 'size-mismatch', `The form was made for a file of ${size} bytes. Begin an upload for this one.`);

/** Takes the signed forms of the directory store. Where S3 keeps the files, S3 does this. */
export const formUploadRoute = (objects: Pick<ObjectStore, 'put'>, signedForms: SignedForms): Router => {
  const receive = async (request: Request): Promise<Reply> => {
    const fields: Record<string, string> = {};
    for await (const part of formParts(request, { fileFields: ['file'], filesMax: 1 })) {
      if (isFormField(part)) {
        fields[part.field] = part.value;
        continue;
      }
      const grant = signedForms.verify(fields);
      if (typeof grant === 'string') return DENIALS[grant];
      try {
        await objects.put(grant.key, exactly(part.content, grant.size));
        return noContent();
      } catch (error) {
        if (error instanceof SizeMismatch) return sizeMismatch(grant.size);
        throw error;
      }
    }
    return NO_FILE;
  };

  return route(formUploadContract, async ({ request }) => {
    const reply = await receive(request);
    if (reply.status >= 400) discardRest(request, DISCARD_MS);
    return reply;
  });
};
