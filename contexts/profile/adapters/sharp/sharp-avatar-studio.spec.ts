import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostilePictures } from '@lego-moc/testing/hostile-pictures.contract';
import { moving, still } from '@lego-moc/testing/made-pictures';
import { libheifHeicDecoder } from '../libheif/libheif-heic-decoder.ts';
import { PIXELS_MAX, sharpAvatarStudio } from './sharp-avatar-studio.ts';

const HEIC = readFileSync(join(import.meta.dirname, '../../testing/pictures/plate.heic'));

describe('developing a picture of oneself', function () {
  this.timeout(20_000);
  const studio = sharpAvatarStudio(libheifHeicDecoder(PIXELS_MAX));
  hostilePictures(
    async (picture) => {
      const squares = await studio.develop(picture);
      return squares && [...squares.values()];
    },
    { still: { ...still, HEIC }, moving },
  );
});
