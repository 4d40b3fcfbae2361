import type { Router } from 'express';
import { exactRouter } from '@lego-moc/http/exact-router';
import { problem, respond } from '@lego-moc/http/respond';

/** Services that the platform is to have one day, by the paths under which they will be reached. */
const PLANNED: Readonly<Record<string, readonly string[]>> = {
  inventory: [
    'inventory',
    'user/parts-lists',
    'mocs/:mocId/parts-lists/:partsListId/status',
    'moc-instructions/:mocId/parts-lists/:partsListId/status',
  ],
};

const pathsOf = (service: string, names: readonly string[]): string[] => [
  `/ops/${service}`,
  ...names.flatMap((name) => [`/api/${name}`, `/v1/${name}`]),
];

/** Answers paths of future services with 501, so that nobody retries or looks for a typing error. */
export const notBuilt = (): Router => {
  const router = exactRouter();
  for (const [service, names] of Object.entries(PLANNED)) {
    const answer = problem(501, 'not-built-yet', `The ${service} is not part of the platform yet.`);
    router.use(
      pathsOf(service, names),
      respond(() => answer),
    );
  }
  return router;
};
