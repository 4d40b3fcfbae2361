import { EXPORT_REPLIES } from '@lego-moc/http/export-reply';
import { defineRoute } from '@lego-moc/http/route-contract';
import { gallerySettings } from '../../contracts/http-api.ts';

const path = '/v1/gallery/settings';
const tags = ['Images'];

export const readSettings = defineRoute({
  ...{ method: 'get', path, tags },
  summary: 'The own settings of uploads',
  replies: { 200: { description: 'The settings', schema: gallerySettings } },
});

export const exportOwnGallery = defineRoute({
  ...{ method: 'get', path: '/v1/gallery/export', tags },
  summary: 'Everything that is stored of the caller, as it was recorded',
  description:
    'A line of JSON for each event of the own images and albums, and for each flag of the caller. Who flagged an image or decided about it is left out.',
  replies: EXPORT_REPLIES,
});

export const putSettings = defineRoute({
  ...{ method: 'put', path, tags, body: gallerySettings },
  summary: "Say whether renditions of later uploads carry the platform's mark",
  replies: {
    200: { description: 'The settings', schema: gallerySettings },
    410: { description: 'user-erased' },
  },
});
