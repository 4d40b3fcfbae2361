import { hostilePictures } from '@lego-moc/testing/hostile-pictures.contract';
import { moving, still } from '@lego-moc/testing/made-pictures';
import { sharpImageStudio } from './sharp-image-studio.ts';

describe('developing a picture of a wish', function () {
  this.timeout(10_000);
  hostilePictures(
    async (picture) => {
      const shown = await sharpImageStudio.develop(picture);
      return shown && [shown];
    },
    { still, moving },
  );
});
