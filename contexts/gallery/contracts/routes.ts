import type { ServiceContract } from '@lego-moc/http/service-contract';

export const GALLERY: ServiceContract = {
  name: 'gallery',
  port: 9200,
  purpose: 'images and albums of builders',
  routes: [
    { path: '/v1/images', access: 'user' },
    { path: '/v1/albums', access: 'user' },
    { path: '/v1/gallery', access: 'user' },
    { path: '/v1/flags', access: 'user' },
    { path: '/v1/moderation', access: 'user' },
  ],
  uploads: ['/v1/images', '/v1/images/bulk'],
};
