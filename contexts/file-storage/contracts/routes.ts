import type { ServiceContract } from '@lego-moc/http/service-contract';

export const FILE_STORAGE: ServiceContract = {
  name: 'file-storage',
  port: 9800,
  purpose: 'files: type detection, virus scan and signed URLs',
  routes: [
    // The signature in a download URL is its authorisation.
    { path: '/files', access: 'anyone' },
    { path: '/v1/storage', access: 'user' },
  ],
  uploads: ['/files', '/v1/storage/uploads/:uploadId/complete'],
};
