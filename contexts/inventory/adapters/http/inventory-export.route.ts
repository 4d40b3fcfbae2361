import type { Router } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { EXPORT_REPLIES, exportReplies } from '@lego-moc/http/export-reply';
import { defineRoute, route } from '@lego-moc/http/route-contract';
import type { UserId } from '@lego-moc/kernel/message';
import type { ExportLine } from '../../contracts/export-api.ts';

export const exportOwnInventory = defineRoute({
  ...{ method: 'get', path: '/v1/inventory/export', tags: ['Inventory'] },
  summary: 'Everything that is stored of the caller, as it was recorded',
  description:
    'A line of JSON for each event of items, places, imports, ledgers and builds. Of shared builds, names of others are left out.',
  replies: EXPORT_REPLIES,
});

/** The route that gives a builder everything that this context has of them. */
export const inventoryExportRoute = (read: (owner: UserId) => AsyncIterable<ExportLine>): Router => {
  const reply = exportReplies('lego-moc-inventory.ndjson');

  return route(exportOwnInventory, ({ request }) => {
    const { id: owner } = userOf(request);
    return reply(owner, read(owner));
  });
};
