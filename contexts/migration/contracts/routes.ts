import type { ServiceContract } from '@lego-moc/http/service-contract';

/** Runs only where a monolith is named (`LEGACY_DATABASE_URL`). */
export const MIGRATION: ServiceContract = {
  name: 'migration',
  port: 9050,
  purpose: 'moves capabilities from the monolith and back',
  routes: [],
};
