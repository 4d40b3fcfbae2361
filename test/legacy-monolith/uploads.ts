import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import busboy from 'busboy';
import type { Request } from 'express';
import { buffer } from 'node:stream/consumers';
import { Refusal } from './envelope.ts';

export type UploadedFile = {
  readonly field: string;
  readonly name: string;
  readonly type: string;
  readonly url: string;
};

export type Form = { readonly fields: Readonly<Record<string, string>>; readonly files: readonly UploadedFile[] };

const LIMITS = { fields: 50, files: 40, fileSize: 20 * 1024 * 1024, fieldSize: 64 * 1024 };

/** Keeps files in a folder, under names of its own. `read` takes a form, or JSON as a form without files. */
export const uploadsIn = (folder: string) => {
  const store = async (name: string | undefined, content: Buffer): Promise<string> => {
    await mkdir(folder, { recursive: true });
    const key = `${randomUUID()}${extname(name ?? '')
      .replace(/[^.\w]/g, '')
      .slice(0, 10)}`;
    await writeFile(join(folder, key), content);
    return `/uploads/${key}`;
  };

  const readForm = async (request: Request): Promise<Form> => {
    const fields: Record<string, string> = {};
    const files: Promise<UploadedFile>[] = [];
    const parser = busboy({ headers: request.headers, limits: LIMITS });
    parser.on('field', (name: string, value: string) => {
      fields[name] = value;
    });
    parser.on('file', (field, stream, { filename, mimeType }) => {
      const receive = async (): Promise<UploadedFile> => {
        const content = await buffer(stream);
        if ((stream as { truncated?: boolean }).truncated === true) throw new Refusal(400, 'The file is too large');
        const url = await store(filename, content);
        return { field: field.replace(/\[\]$/, ''), name: filename ?? 'file', type: mimeType, url };
      };
      files.push(receive());
    });
    await new Promise<void>((resolve, reject) => {
      parser.once('close', resolve).once('error', reject);
      request.pipe(parser);
    });
    return { fields, files: await Promise.all(files) };
  };

  return {
    folder,
    read: async (request: Request): Promise<Form> => {
      if (request.is('multipart/form-data') === false)
        return { fields: (request.body ?? {}) as Record<string, string>, files: [] };
      return readForm(request).catch((error: unknown) => {
        if (error instanceof Refusal) throw error;
        throw new Refusal(400, 'The form is malformed');
      });
    },
  };
};

export type Uploads = ReturnType<typeof uploadsIn>;
