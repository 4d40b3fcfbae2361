import { defineRoute } from '@lego-moc/http/route-contract';
import { gallerySettings } from '../../contracts/http-api.ts';

const path = '/v1/gallery/settings';
const tags = ['Images'];

export const readSettings = defineRoute({
  ...{ method: 'get', path, tags },
  summary: 'The own settings of uploads',
  replies: { 200: { description: 'The settings', schema: gallerySettings } },
});

export const putSettings = defineRoute({
  ...{ method: 'put', path, tags, body: gallerySettings },
  summary: "Say whether renditions of later uploads carry the platform's mark",
  replies: {
    200: { description: 'The settings', schema: gallerySettings },
    410: { description: 'user-erased' },
  },
});
