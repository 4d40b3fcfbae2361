import { join } from 'node:path';
import type { ObjectStore } from '@lego-moc/object-storage/object-store';
import { openPrivateObjects } from '@lego-moc/object-storage/private-objects';
import { s3Config, s3Settings } from '@lego-moc/object-storage/settings';
import type { Resource } from '../resource.ts';
import { dataDirSetting } from '../settings.ts';

/** Objects that only this service shows: in S3, or in a folder of its own below the data directory. */
export const privateObjects: Resource<ObjectStore> = {
  name: 'private objects',
  open: ({ name, clock, read }) => {
    const settings = read({ ...s3Settings, ...dataDirSetting });
    return openPrivateObjects({ s3: s3Config(settings), directory: join(settings.LEGO_MOC_DATA_DIR, name) }, clock);
  },
};
