import type { ServiceContract } from '@lego-moc/http/service-contract';

export const FILE_PROCESSING: ServiceContract = {
  name: 'file-processing',
  port: 9500,
  purpose: 'parts lists read and checked',
  routes: [
    { path: '/v1/jobs', access: 'user' },
    { path: '/v1/file-kinds', access: 'user' },
    { path: '/v1/custom-parts', access: 'user' },
    { path: '/v1/part-links', access: 'user' },
    { path: '/v1/catalogue', access: 'user' },
    { path: '/v1/prices', access: 'user' },
  ],
};
