import { Readable } from 'node:stream';
import type { Router } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { streamReply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { tooManyStreams, watcherLimit } from '@lego-moc/http/watcher-limit';
import type { UserId } from '@lego-moc/kernel/message';
import type { ExportLine } from '../../contracts/export-api.ts';
import { exportOwnGallery } from './settings-contracts.ts';

const HEADERS = {
  'content-type': 'application/x-ndjson',
  'content-disposition': 'attachment; filename="lego-moc-gallery.ndjson"',
  'cache-control': 'no-store',
};

async function* toText(lines: AsyncIterable<ExportLine>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}

/** The route that gives a user everything that this context has of them. */
export const exportRoute = (read: (user: UserId) => AsyncIterable<ExportLine>): Router => {
  const files = watcherLimit();

  return route(exportOwnGallery, ({ request }) => {
    const { id: user } = userOf(request);
    const release = files.admit(user);
    if (release === undefined) return tooManyStreams;
    return streamReply(Readable.from(toText(read(user))).once('close', release), HEADERS);
  });
};
