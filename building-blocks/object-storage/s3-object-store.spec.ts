import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { ObjectStoreUnavailable } from './object-store.ts';
import { connectS3, s3ObjectStore } from './s3-object-store.ts';

const PART_BYTES = 8 * 1024 * 1024;
const UPLOAD_REPLY =
  '<?xml version="1.0" encoding="UTF-8"?><InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key>' +
  '<UploadId>upload-1</UploadId></InitiateMultipartUploadResult>';

/** A server that begins and ends uploads, and resets the connection of every part after its first bytes. */
const startResettingServer = async (): Promise<{ server: Server; calls: string[]; endpoint: string }> => {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://s3.test');
    calls.push(`${request.method ?? ''} ${[...searchParams.keys()].filter((key) => key !== 'x-id').join()}`);
    if (request.method === 'PUT') request.once('data', () => request.socket.resetAndDestroy());
    else if (request.method === 'POST') response.end(UPLOAD_REPLY);
    else response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, calls, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

describe('storing an object while S3 resets connections', function () {
  this.timeout(60_000);
  const variables = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
  const earlier = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  before(() => Object.assign(process.env, variables));
  after(() => {
    for (const [name, value] of earlier)
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
  });

  it('throws an outage, and aborts the upload that it began', async () => {
    const { server, calls, endpoint } = await startResettingServer();
    const options = { endpoint, region: 'us-east-1', bucket: 'b' };
    const s3 = connectS3(options);
    try {
      const error: unknown = await s3ObjectStore(s3, options)
        .put(
          'k',
          (async function* () {
            for (let part = 0; part < 3; part += 1) yield await Promise.resolve(Buffer.alloc(PART_BYTES, 'x'));
          })(),
        )
        .catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(ObjectStoreUnavailable);
      expect(calls.at(-1)).to.equal('DELETE uploadId');
      expect(calls.filter((call) => call.startsWith('POST'))).to.deep.equal(['POST uploads']);
    } finally {
      s3.destroy();
      server.closeAllConnections();
      server.close();
    }
  });
});
