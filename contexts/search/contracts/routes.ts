import type { ServiceContract } from '@lego-moc/http/service-contract';

export const SEARCH: ServiceContract = {
  name: 'search',
  port: 9700,
  purpose: 'finding MOCs, images, albums, wishes, sets, parts and builders',
  extensions: ['pg_trgm', 'unaccent'],
  routes: [{ path: '/v1/search', access: 'user' }],
};
