import type { ServiceContract } from '@lego-moc/http/service-contract';

export const FILE_STORAGE: ServiceContract = {
  name: 'file-storage',
  port: 9800,
  purpose: 'files: type detection, virus scan and signed URLs',
  // Signed download URLs carry their own permission.
  routes: [{ path: '/files', access: 'anyone' }],
};
