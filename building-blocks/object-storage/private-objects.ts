import { randomBytes } from 'node:crypto';
import type { Clock } from '@lego-moc/application/clock';
import { directoryObjectStore } from './directory-object-store.ts';
import type { ObjectStore } from './object-store.ts';
import { connectS3, s3ObjectStore, type S3ObjectStoreOptions } from './s3-object-store.ts';
import { signedForms } from './signed-form.ts';
import { signedQueries } from './signed-query.ts';

export type PrivateObjects = {
  readonly s3: S3ObjectStoreOptions | undefined;
  /** The directory of objects while no S3 store is configured. */
  readonly directory: string;
};

/** Objects that only their own service shows: signed URLs of the directory would lead nowhere. */
export const openPrivateObjects = ({ s3, directory }: PrivateObjects, now: Clock): ObjectStore => {
  if (s3 !== undefined) return s3ObjectStore(connectS3(s3), s3);
  const secret = randomBytes(32);
  return directoryObjectStore({
    directory,
    publicUrl: '',
    signedQueries: signedQueries(secret, now),
    signedForms: signedForms(secret, now),
  });
};
