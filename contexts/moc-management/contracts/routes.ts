import type { ServiceContract } from '@lego-moc/http/service-contract';

export const MOC_MANAGEMENT: ServiceContract = {
  name: 'moc-management',
  port: 9100,
  purpose: 'MOCs, their parts lists and files',
  routes: [
    { path: '/v1/mocs', access: 'user' },
    { path: '/v1/uploads', access: 'user' },
    { path: '/v1/themes', access: 'user' },
    { path: '/v1/builders', access: 'user' },
    { path: '/v1/bookmarks', access: 'user' },
    { path: '/v1/followed-builders', access: 'user' },
    { path: '/v1/webhooks', access: 'user' },
    { path: '/v1/moderation/comments', access: 'user' },
    { path: '/v1/moderation/comment-log', access: 'user' },
    { path: '/v1/feeds', access: 'anyone' },
  ],
  uploads: [
    '/v1/mocs/with-files',
    '/v1/mocs/:mocId/files',
    '/v1/mocs/:mocId/parts-lists',
    '/v1/mocs/:mocId/parts-lists/:partsListId',
  ],
};
