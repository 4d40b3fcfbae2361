import { z } from 'zod';
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

/** The S3 store of `s3Settings`; `undefined` without a bucket. */
export const s3Config = (set: z.infer<z.ZodObject<typeof s3Settings>>): S3ObjectStoreOptions | undefined =>
  set.S3_BUCKET === undefined
    ? undefined
    : {
        bucket: set.S3_BUCKET,
        region: set.AWS_REGION,
        serverSideEncryption: set.S3_SERVER_SIDE_ENCRYPTION ?? (set.S3_ENDPOINT === undefined ? 'AES256' : 'none'),
        ...(set.S3_ENDPOINT === undefined ? {} : { endpoint: set.S3_ENDPOINT }),
      };
