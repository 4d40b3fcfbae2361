import { expect } from 'chai';
import { z } from 'zod';
import { cloudFrontConfig, cloudFrontSettings, s3Config, s3Settings } from './settings.ts';

const read = (env: Record<string, string>) => s3Config(z.object(s3Settings).parse(env), 'profile');

describe('the settings of an S3 store', () => {
  it('are empty without a bucket', () => {
    expect(read({ S3_ENDPOINT: 'http://127.0.0.1:9900', AWS_REGION: 'eu-central-1' })).to.equal(undefined);
  });

  it('mean AWS itself without an endpoint', () => {
    expect(read({ S3_BUCKET: 'bricks' })).to.deep.equal({
      ...{ bucket: 'bricks', prefix: 'profile/', region: 'us-east-1' },
      serverSideEncryption: 'AES256',
    });
    expect(
      read({ S3_BUCKET: 'bricks', S3_ENDPOINT: 'http://127.0.0.1:9900', AWS_REGION: 'eu-central-1' }),
    ).to.deep.equal({
      ...{ bucket: 'bricks', prefix: 'profile/', region: 'eu-central-1', endpoint: 'http://127.0.0.1:9900' },
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

describe('the settings of CloudFront', () => {
  const all = {
    CLOUDFRONT_DOMAIN: 'files.example.org',
    CLOUDFRONT_KEY_PAIR_ID: 'K2JCJMDEHXQW5F',
    CLOUDFRONT_PRIVATE_KEY: '-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----',
  };
  const readCloudFront = (env: Record<string, string>) => cloudFrontConfig(z.object(cloudFrontSettings).parse(env));

  it('are all three, with line breaks in the key, or none', () => {
    expect(readCloudFront({})).to.equal(undefined);
    expect(readCloudFront(all)).to.deep.equal({
      ...{ domain: 'files.example.org', keyPairId: 'K2JCJMDEHXQW5F' },
      privateKey: '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----',
    });
  });

  for (const name of Object.keys(all))
    it(`are refused without ${name}`, () => {
      const rest = Object.fromEntries(Object.entries(all).filter(([other]) => other !== name));
      expect(() => readCloudFront(rest)).to.throw(/together, or none/);
    });
});
