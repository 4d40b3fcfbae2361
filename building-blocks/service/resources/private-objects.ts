import { join } from 'node:path';
import { openPrivateObjects, type PrivateObjects } from '@lego-moc/object-storage/private-objects';
import { s3Config, s3Settings } from '@lego-moc/object-storage/settings';
import { localSecret } from '@lego-moc/sealing/local-secret';
import type { Resource } from '../resource.ts';
import { dataDirSetting, keysFolder } from '../settings.ts';

/** Where the gateway leads for images of a service that S3 does not serve. */
export const imagesPath = (service: string): string => `/v1/${service}-images`;

/** Objects of this service only: in S3, or in a folder of its own below the data directory. */
export const privateObjects: Resource<PrivateObjects> = {
  name: 'private objects',
  open: ({ name, clock, read }) => {
    const settings = read({ ...s3Settings, ...dataDirSetting });
    const { LEGO_MOC_DATA_DIR: dataDir } = settings;
    const urlSecret = () => Buffer.from(localSecret(keysFolder(dataDir), `${name}.url-secret`), 'base64');
    const directory = join(dataDir, name);
    return openPrivateObjects(
      { s3: s3Config(settings, name), directory, publicPath: imagesPath(name), urlSecret },
      clock,
    );
  },
};
