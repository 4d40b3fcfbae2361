import type { ServiceContract } from '@lego-moc/http/service-contract';

export const WISHLIST: ServiceContract = {
  name: 'wishlist',
  port: 9400,
  purpose: 'what builders wish for, in their order',
  routes: [
    { path: '/v1/wishlist', access: 'user' },
    // The signature in a URL is its authorisation.
    { path: '/v1/wishlist-images', access: 'anyone' },
  ],
  uploads: ['/v1/wishlist/:itemId/image'],
};
