import type { ServiceContract } from '@lego-moc/http/service-contract';

export const PROFILE: ServiceContract = {
  name: 'profile',
  port: 9300,
  purpose: 'profiles of builders, and their erasure',
  routes: [
    { path: '/v1/users', access: 'user' },
    // The signature in a URL is its authorisation.
    { path: '/v1/profile-images', access: 'anyone' },
    // The Auth Service signs these requests itself.
    { path: '/v1/identity-events', access: 'anyone' },
  ],
  uploads: ['/v1/users/:userId/avatar'],
};
