import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';

export type FakeFileStorage = {
  readonly url: string;
  /** Stores a file; with `stallAfterBytes` its content stops there until `resume`. */
  readonly put: (fileId: string, content: Uint8Array, stallAfterBytes?: number) => void;
  readonly resume: (fileId: string) => void;
  /** How often the content was requested. */
  readonly reads: (fileId: string) => number;
};

type StoredFile = { readonly content: Uint8Array; stallAfterBytes: number | undefined; reads: number };

const OWNER = '0195a000-0000-7000-8000-000000000001';

const send = (response: ServerResponse, { content, stallAfterBytes }: StoredFile): void => {
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  if (stallAfterBytes === undefined) response.end(content);
  else response.write(content.subarray(0, stallAfterBytes));
};

/** Serves contents as the file-storage service does, and can stop in the middle of one. */
export const fakeFileStorage = async (): Promise<FakeFileStorage> => {
  const files = new Map<string, StoredFile>();
  const server = createServer((request, response) => {
    const [, fileId = '', content] = /\/files\/([^/]+)(\/content)?$/.exec(request.url ?? '') ?? [];
    const file = files.get(fileId);
    if (file === undefined) {
      const type = 'urn:lego-moc:problem:file-not-found';
      response.writeHead(404, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ type, title: 'File not found', status: 404, detail: 'There is no such file.' }));
    } else if (content === undefined) {
      response.writeHead(200, { 'content-type': 'application/json' });
      const { length: size } = file.content;
      const about = { owner: OWNER, purpose: 'parts-list', name: 'list', mediaType: 'text/plain' };
      const storedAt = '2026-01-01T12:00:00.000Z';
      response.end(JSON.stringify({ fileId, ...about, sha256: '0'.repeat(64), size, storedAt }));
    } else {
      file.reads += 1;
      send(response, file);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeAfterAllTests(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    put: (fileId, content, stallAfterBytes) => void files.set(fileId, { content, stallAfterBytes, reads: 0 }),
    resume: (fileId) => {
      const file = files.get(fileId);
      if (file !== undefined) file.stallAfterBytes = undefined;
    },
    reads: (fileId) => files.get(fileId)?.reads ?? 0,
  };
};
