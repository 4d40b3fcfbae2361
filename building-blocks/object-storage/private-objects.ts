import type { Clock } from '@lego-moc/application/clock';
import { directoryObjectStore } from './directory-object-store.ts';
import type { ObjectStore } from './object-store.ts';
import { connectS3, s3ObjectStore, type S3ObjectStoreOptions } from './s3-object-store.ts';
import { signedForms } from './signed-form.ts';
import { signedQueries, type SignedQueries } from './signed-query.ts';

export type PrivateObjectsOptions = {
  readonly s3: S3ObjectStoreOptions | undefined;
  /** The directory of objects while no S3 store is configured. */
  readonly directory: string;
  /** Signed URLs of the directory are `<publicPath>/<key>?…`, a path at the gateway. */
  readonly publicPath: string;
  /** Signs the URLs of the directory. Not asked for where S3 signs them. */
  readonly urlSecret: () => Uint8Array;
};

/** Objects of one service. `signedQueries` verifies the URLs of the directory; S3 answers its own. */
export type PrivateObjects = { readonly objects: ObjectStore; readonly signedQueries?: SignedQueries };

/** The objects of one service, which nobody else lists or writes. Nothing takes the upload forms of the directory. */
export const openPrivateObjects = (
  { s3, directory, publicPath, urlSecret }: PrivateObjectsOptions,
  now: Clock,
): PrivateObjects => {
  if (s3 !== undefined) return { objects: s3ObjectStore(connectS3(s3), s3) };
  const secret = urlSecret();
  const queries = signedQueries(secret, now);
  const signing = { signedQueries: queries, signedForms: signedForms(secret, now) };
  return { objects: directoryObjectStore({ directory, publicUrl: publicPath, ...signing }), signedQueries: queries };
};
