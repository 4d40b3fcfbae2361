import { z } from 'zod';
import type { CloudFrontOptions } from './cloudfront-urls.ts';
import type { S3ObjectStoreOptions } from './s3-object-store.ts';

/** The environment variables of an S3 store. Credentials come from the standard AWS variables and files. */
export const s3Settings = {
  S3_ENDPOINT: z.url().optional(),
  /** Without it, objects lie in a directory. */
  S3_BUCKET: z.string().optional(),
  AWS_REGION: z.string().default('us-east-1'),
  /** How objects are encrypted at rest. Unset: AES256 in AWS itself; not at all elsewhere, where it may be refused. */
  S3_SERVER_SIDE_ENCRYPTION: z.enum(['AES256', 'aws:kms', 'none']).optional(),
};

/**
 * The S3 store of `s3Settings`, below the name of the service: what it lists and sweeps is its own, also in a bucket that
 * services share. `undefined` without a bucket.
 */
export const s3Config = (
  set: z.infer<z.ZodObject<typeof s3Settings>>,
  service: string,
): S3ObjectStoreOptions | undefined =>
  set.S3_BUCKET === undefined
    ? undefined
    : {
        bucket: set.S3_BUCKET,
        prefix: `${service}/`,
        region: set.AWS_REGION,
        serverSideEncryption: set.S3_SERVER_SIDE_ENCRYPTION ?? (set.S3_ENDPOINT === undefined ? 'AES256' : 'none'),
        ...(set.S3_ENDPOINT === undefined ? {} : { endpoint: set.S3_ENDPOINT }),
      };

/** The environment variables of a CloudFront distribution before the bucket; all three or none. */
export const cloudFrontSettings = {
  CLOUDFRONT_DOMAIN: z.hostname().optional(),
  CLOUDFRONT_KEY_PAIR_ID: z.string().min(1).optional(),
  /** In PEM; `\\n` stands for a line break. */
  CLOUDFRONT_PRIVATE_KEY: z.string().includes('PRIVATE KEY').optional(),
};

/** The distribution of `cloudFrontSettings`; `undefined` without one. Throws when a part of it is missing. */
export const cloudFrontConfig = (
  set: z.infer<z.ZodObject<typeof cloudFrontSettings>>,
): CloudFrontOptions | undefined => {
  const { CLOUDFRONT_DOMAIN: domain, CLOUDFRONT_KEY_PAIR_ID: keyPairId, CLOUDFRONT_PRIVATE_KEY: pem } = set;
  if (domain !== undefined && keyPairId !== undefined && pem !== undefined)
    return { domain, keyPairId, privateKey: pem.replaceAll('\\n', '\n') };
  if (domain === undefined && keyPairId === undefined && pem === undefined) return undefined;
  throw new Error('Set CLOUDFRONT_DOMAIN, CLOUDFRONT_KEY_PAIR_ID and CLOUDFRONT_PRIVATE_KEY together, or none of them');
};
