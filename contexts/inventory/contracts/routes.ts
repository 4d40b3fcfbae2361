import type { ServiceContract } from '@lego-moc/http/service-contract';

export const INVENTORY: ServiceContract = {
  name: 'inventory',
  port: 9600,
  purpose: 'needed, acquired and owned pieces of builders',
  routes: [
    { path: '/v1/inventory', access: 'user' },
    { path: '/v1/buildability', access: 'user' },
    { path: '/v1/shopping-lists', access: 'user' },
    { path: '/v1/users/me/parts-lists', access: 'user' },
  ],
  uploads: ['/v1/inventory/ledger-imports'],
  within: ['/v1/mocs/:mocId/parts-lists/:partsListId/status'],
};
