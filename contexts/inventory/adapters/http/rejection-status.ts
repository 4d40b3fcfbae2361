import { problem, type ProblemReply } from '@lego-moc/http/problem';
import type { Rejection } from '@lego-moc/kernel/decider';
import type { BuildRejection } from '../../domain/builds/build-commands.ts';
import type { ImportRejection } from '../../domain/imports/stock-import.ts';
import type { LedgerRejection } from '../../domain/ledger/ledger-import.ts';
import type { InventoryRejection } from '../../domain/inventory.ts';
import type { InventoryItemRejection } from '../../domain/inventory-item-commands.ts';
import type { HoldingRejection } from '../../domain/stock/holding-commands.ts';

type Code =
  BuildRejection | InventoryItemRejection | InventoryRejection | HoldingRejection | ImportRejection | LedgerRejection;

/** A new rejection does not compile until it has a status. */
const STATUS: Record<Code, number> = {
  'item-not-found': 404,
  'item-already-tracked': 409,
  'owner-erased': 410,
  'inventory-full': 409,
  'lot-not-found': 422,
  'sections-exceed-needed': 422,
  'lots-not-named': 422,
  'cost-of-purchases': 409,
  'acquired-exceeds-needed': 422,
  'acquired-below-marked': 422,
  'marked-exceeds-acquired': 422,
  'purchase-not-found': 404,
  'purchase-already-recorded': 409,
  'too-many-purchases': 409,
  'too-many-lots': 422,
  'holding-not-found': 404,
  'holding-full': 409,
  'not-enough-pieces': 409,
  'build-not-found': 404,
  'not-a-builder': 403,
  'member-not-found': 404,
  'too-many-members': 409,
  'operation-id-reused': 409,
  'too-many-operations': 409,
  'import-not-found': 404,
  'import-running': 409,
  'import-elsewhere': 409,
};

const ABOUT_LOTS: ReadonlySet<Code> = new Set([
  'lot-not-found',
  'acquired-exceeds-needed',
  'acquired-below-marked',
  'marked-exceeds-acquired',
  'too-many-lots',
  'not-enough-pieces',
]);

/** A rejection as problem details; one about lots names the field. */
export const toProblem = ({ rejected, because, details }: Rejection<Code>): ProblemReply =>
  problem(STATUS[rejected], rejected, because, {
    ...(ABOUT_LOTS.has(rejected) ? { errors: [{ pointer: '/lots', detail: because }] } : {}),
    ...(details === undefined ? {} : { members: details }),
  });

export const itemNotFound = toProblem({ rejected: 'item-not-found', because: 'You track no such item.' });

export const holdingNotFound = toProblem({
  rejected: 'holding-not-found',
  because: 'You have no pieces in such a place.',
});

export const importNotFound = toProblem({ rejected: 'import-not-found', because: 'You have no such import.' });

export const buildNotFound = toProblem({ rejected: 'build-not-found', because: 'You have no such build.' });
