import { expect } from 'chai';
import { z } from 'zod';
import { s3Config, s3Settings } from './settings.ts';

const read = (env: Record<string, string>) => s3Config(z.object(s3Settings).parse(env));

describe('the settings of an S3 store', () => {
  it('are empty without a bucket', () => {
    expect(read({ S3_ENDPOINT: 'http://127.0.0.1:9900', AWS_REGION: 'eu-central-1' })).to.equal(undefined);
  });

  it('mean AWS itself without an endpoint', () => {
    expect(read({ S3_BUCKET: 'bricks' })).to.deep.equal({
      ...{ bucket: 'bricks', region: 'us-east-1' },
      serverSideEncryption: 'AES256',
    });
    expect(
      read({ S3_BUCKET: 'bricks', S3_ENDPOINT: 'http://127.0.0.1:9900', AWS_REGION: 'eu-central-1' }),
    ).to.deep.equal({
      ...{ bucket: 'bricks', region: 'eu-central-1', endpoint: 'http://127.0.0.1:9900' },
      serverSideEncryption: 'none',
    });
  });

  it('ask other stores than AWS for encryption only when they are said to have it', () => {
    const env = { S3_BUCKET: 'bricks', S3_ENDPOINT: 'http://127.0.0.1:9900', S3_SERVER_SIDE_ENCRYPTION: 'AES256' };
    expect(read(env)).to.include({ serverSideEncryption: 'AES256' });
  });

  it('refuse an endpoint that is no URL', () => {
    expect(() => read({ S3_ENDPOINT: 'minio' })).to.throw(/S3_ENDPOINT/u);
  });
});
