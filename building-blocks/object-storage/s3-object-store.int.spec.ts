import { createHash } from 'node:crypto';
import { CreateBucketCommand, CreateMultipartUploadCommand, type S3Client } from '@aws-sdk/client-s3';
import { expect } from 'chai';
import { systemClock } from '@lego-moc/application/clock';
import { after } from '@lego-moc/kernel/instant';
import { newId } from '@lego-moc/application/new-id';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { skipWithout } from '@lego-moc/testing/real-component';
import { hasS3, s3ForTests } from '@lego-moc/testing/s3-for-tests';
import { ObjectStoreUnavailable, type ObjectStore } from './object-store.ts';
import { objectStoreContract } from './object-store.contract.ts';
import { connectS3, s3ObjectStore } from './s3-object-store.ts';

describe('storing objects in S3', function () {
  this.timeout(60_000);
  if (!hasS3()) {
    it('runs against a real server', function () {
      skipWithout(this, 'An S3 server', 'set S3_ENDPOINT and AWS credentials, or S3PROXY_JAR to the jar of S3Proxy');
    });
    return;
  }

  let s3: S3Client;
  let store: ObjectStore;
  let bucket: string;
  let neighbour: ObjectStore;

  objectStoreContract(async () => {
    const region = process.env['AWS_REGION'] ?? 'us-east-1';
    const options = {
      endpoint: await s3ForTests(),
      region,
      bucket: `object-store-${newId()}`,
      prefix: 'profile/',
      unfinishedAgeMinMs: 0,
      serverSideEncryption: 'AES256',
    } as const;
    s3 = connectS3(options);
    bucket = options.bucket;
    closeAfterAllTests(async () => {
      await Promise.resolve();
      s3.destroy();
    });
    await s3.send(new CreateBucketCommand({ Bucket: options.bucket }));
    neighbour = s3ObjectStore(s3, { ...options, prefix: 'wishlist/' });
    store = s3ObjectStore(s3, options);
    return store;
  });

  it('shares a bucket without seeing what is not below its prefix', async () => {
    const content = async function* () {
      yield await Promise.resolve(Buffer.from('x'));
    };
    await neighbour.put('images/a', content());
    expect(await store.head('images/a')).to.equal(undefined);
    const keys: string[] = [];
    for await (const { key } of store.list('')) keys.push(key);
    expect(keys).not.to.include('images/a').and.not.to.include('wishlist/images/a');
    for await (const { key } of neighbour.list('')) expect(key).to.equal('images/a');
    await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'wishlist/half/done' }));
    const inAMinute = after(systemClock(), 60_000);
    expect(await store.removeUnfinished(inAMinute)).to.equal(0);
    expect(await neighbour.removeUnfinished(inAMinute)).to.equal(1);
  });

  it('removes the unfinished uploads of a dead process', async () => {
    await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'profile/half/done' }));
    const inAMinute = after(systemClock(), 60_000);
    expect(await store.removeUnfinished(inAMinute)).to.equal(1);
    expect(await store.removeUnfinished(inAMinute)).to.equal(0);
  });

  for (const [size, partCount] of [
    [5, 1],
    [18 * 1024 * 1024, 3],
  ] as const)
    it(`asks for encryption with AES-256, and sends a SHA-256 of each part, for ${size} bytes`, async () => {
      const headers: Record<string, string>[] = [];
      s3.middlewareStack.add(
        (next) => (args) => {
          headers.push((args.request as { headers: Record<string, string> }).headers);
          return next(args);
        },
        { step: 'finalizeRequest', name: 'headers', priority: 'low' },
      );
      try {
        await store.put(
          `${newId()}/encrypted`,
          (async function* () {
            yield await Promise.resolve(Buffer.alloc(size, 'x'));
          })(),
        );
      } finally {
        s3.middlewareStack.remove('headers');
      }
      expect(
        headers.filter((requestHeaders) => requestHeaders['x-amz-server-side-encryption'] === 'AES256'),
      ).to.have.length(1);
      const parts = headers.filter((requestHeaders) => requestHeaders['x-amz-checksum-sha256'] !== undefined);
      expect(parts).to.have.length(partCount);
      const hash = (content: Buffer) => createHash('sha256').update(content).digest('base64');
      expect(parts[0]?.['x-amz-checksum-sha256']).to.equal(hash(Buffer.alloc(Math.min(size, 8 * 1024 * 1024), 'x')));
    });

  it('throws an outage when nothing answers', async () => {
    const options = { endpoint: 'http://127.0.0.1:1', region: 'us-east-1', bucket: 'none' };
    const unreachableS3 = connectS3(options);
    const error: unknown = await s3ObjectStore(unreachableS3, options)
      .head('a')
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(ObjectStoreUnavailable);
    unreachableS3.destroy();
  });
});
