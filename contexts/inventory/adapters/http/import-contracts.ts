import { defineRoute, type RouteContract } from '@lego-moc/http/route-contract';
import { importParams, importReply, importRequest } from '../../contracts/imports-api.ts';

const tags = ['Stock'];
const IMPORTS = '/v1/inventory/imports';
const params = importParams;

export const startImport = defineRoute({
  ...{ method: 'post', path: IMPORTS, tags, body: importRequest },
  summary: 'Put the lots of a file that was read into the stock',
  replies: { 202: { description: 'The import', schema: importReply } },
});

export const readImport = defineRoute({
  ...{ method: 'get', path: `${IMPORTS}/:importId`, tags, params },
  summary: 'Read the progress and the result of an import',
  replies: { 200: { description: 'The import', schema: importReply } },
});

export const undoImport = defineRoute({
  ...{ method: 'delete', path: `${IMPORTS}/:importId`, tags, params },
  summary: 'Undo an import by counter-entries',
  replies: { 202: { description: 'The import', schema: importReply } },
});

/** The public routes about imports into the stock. */
export const IMPORT_CONTRACTS: readonly RouteContract[] = [startImport, readImport, undoImport];
