import { defineRoute, type RouteContract } from '@lego-moc/http/route-contract';
import {
  findingsQuery,
  findingsReply,
  ledgerFile,
  ledgerImportParams,
  ledgerImportReply,
  ledgerQuery,
  pastStockQuery,
  pastStockReply,
} from '../../contracts/ledger-api.ts';
import { TOO_MANY_QUESTIONS } from './buildability-contracts.ts';

const tags = ['Stock'];
const LEDGERS = '/v1/inventory/ledger-imports';
const params = ledgerImportParams;

export const startLedgerImport = defineRoute({
  ...{ method: 'post', path: LEDGERS, tags, query: ledgerQuery, upload: { mediaType: 'text/csv', schema: ledgerFile } },
  summary: 'Replay a ledger of dated transactions into the stock',
  description:
    'The first line of the CSV names the columns date, kind (in, out or adjust), part and quantity, and perhaps colour, ' +
    'item, note and id. The same file again changes nothing, a longer one adds the lines that are new. A line that cannot ' +
    'be is a finding; all others count.',
  replies: {
    202: { description: 'The import', schema: ledgerImportReply },
    415: { description: 'media-type-unsupported: send it as text/csv' },
    422: { description: 'ledger-unreadable: it is no CSV, or lacks columns or lines' },
  },
});

export const readLedgerImport = defineRoute({
  ...{ method: 'get', path: `${LEDGERS}/:ledgerImportId`, tags, params },
  summary: 'Read the progress and the result of the import of a ledger',
  replies: { 200: { description: 'The import', schema: ledgerImportReply } },
});

export const listFindings = defineRoute({
  ...{ method: 'get', path: `${LEDGERS}/:ledgerImportId/findings`, tags, params, query: findingsQuery },
  summary: 'List the lines of a ledger that were left out, and why',
  replies: { 200: { description: 'The page', schema: findingsReply } },
});

export const undoLedgerImport = defineRoute({
  ...{ method: 'delete', path: `${LEDGERS}/:ledgerImportId`, tags, params },
  summary: 'Undo the import of a ledger by counter-entries',
  replies: { 202: { description: 'The import', schema: ledgerImportReply } },
});

export const readPastStock = defineRoute({
  ...{ method: 'get', path: '/v1/inventory/stock/past', tags, query: pastStockQuery },
  summary: "List the caller's own pieces as they were at the end of a day",
  replies: { 200: { description: 'The page', schema: pastStockReply }, ...TOO_MANY_QUESTIONS },
});

/** The public routes about ledgers, and about the stock of the past. */
export const LEDGER_CONTRACTS: readonly RouteContract[] = [
  ...[startLedgerImport, readLedgerImport, listFindings, undoLedgerImport],
  readPastStock,
];
