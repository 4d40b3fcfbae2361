import { Readable } from 'node:stream';
import type { Router } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { streamReply } from '@lego-moc/http/respond';
import { defineRoute, route } from '@lego-moc/http/route-contract';
import { tooManyStreams, watcherLimit } from '@lego-moc/http/watcher-limit';
import type { UserId } from '@lego-moc/kernel/message';
import type { ExportLine } from '../../contracts/export-api.ts';

export const exportOwnInventory = defineRoute({
  ...{ method: 'get', path: '/v1/inventory/export', tags: ['Inventory'] },
  summary: 'Everything that is stored of the caller, as it was recorded',
  description:
    'A line of JSON for each event of items, places, imports, ledgers and builds. Of shared builds, names of others are left out.',
  replies: {
    200: { description: 'The file', mediaType: 'application/x-ndjson' },
    429: { description: 'too-many-event-streams: too many such files are open' },
  },
});

const HEADERS = {
  'content-type': 'application/x-ndjson',
  'content-disposition': 'attachment; filename="lego-moc-inventory.ndjson"',
  'cache-control': 'no-store',
};

async function* toText(lines: AsyncIterable<ExportLine>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}

/** The route that gives a builder everything that this context has of them. */
export const inventoryExportRoute = (read: (owner: UserId) => AsyncIterable<ExportLine>): Router => {
  const files = watcherLimit();

  return route(exportOwnInventory, ({ request }) => {
    const { id: owner } = userOf(request);
    const release = files.admit(owner);
    if (release === undefined) return tooManyStreams;
    return streamReply(Readable.from(toText(read(owner))).once('close', release), HEADERS);
  });
};
