import type { ServiceContract } from '@lego-moc/http/service-contract';

export const SEARCH: ServiceContract = {
  name: 'search',
  port: 9700,
  purpose: 'finding MOCs, images, albums, wishes, sets and parts',
  extensions: ['pg_trgm', 'unaccent'],
  routes: [{ path: '/v1/search', access: 'user' }],
};
