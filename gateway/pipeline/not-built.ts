import type { Router } from 'express';
import { exactRouter } from '@lego-moc/http/exact-router';
import { problem, respond } from '@lego-moc/http/respond';

/** Routes of the monolith that no service has yet. */
const PLANNED_ROUTES: readonly string[] = [
  'mocs/:mocId/parts-lists/:partsListId/status',
  'moc-instructions/:mocId/parts-lists/:partsListId/status',
];

const DETAIL =
  'The status of a parts list is kept by the inventory: track the list with POST /api/inventory/items, then PATCH the item.';

/** Answers paths of future services with 501, so that nobody retries or looks for a typing error. */
export const notBuilt = (): Router => {
  const answer = problem(501, 'not-built-yet', DETAIL);
  return exactRouter().use(
    PLANNED_ROUTES.flatMap((name) => [`/api/${name}`, `/v1/${name}`]),
    respond(() => answer),
  );
};
