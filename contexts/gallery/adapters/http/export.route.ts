import type { Router } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { exportReplies } from '@lego-moc/http/export-reply';
import { route } from '@lego-moc/http/route-contract';
import type { UserId } from '@lego-moc/kernel/message';
import type { ExportLine } from '../../contracts/export-api.ts';
import { exportOwnGallery } from './settings-contracts.ts';

/** The route that gives a user everything that this context has of them. */
export const exportRoute = (read: (user: UserId) => AsyncIterable<ExportLine>): Router => {
  const reply = exportReplies('lego-moc-gallery.ndjson');

  return route(exportOwnGallery, ({ request }) => {
    const { id: user } = userOf(request);
    return reply(user, read(user));
  });
};
