import {
  confirmedAction,
  deadLetterGroups,
  deadLetterList,
  deadLettersQuery,
  markedReply,
  preview,
  previewQuery,
} from '@lego-moc/operations/contracts/dead-letters';
import { defineRoute } from '@lego-moc/http/route-contract';
import { z } from 'zod';

const params = z.object({ name: z.string() });

const CONFLICTS = 'set-moved: other messages than in the preview; preview again. replay-running: wait for its end';

/** The contracts of `…/parked` below each subscription or projection. */
export const deadLetterContracts = ({ singular, plural }: { readonly singular: string; readonly plural: string }) => {
  const about = { tags: ['operations'], access: 'operator', params } as const;
  const at = `/ops/${plural}/:name/parked`;
  const missingReply = { 404: { description: `There is no such ${singular}` } } as const;
  const refusals = {
    ...missingReply,
    400: { description: 'Without reason, confirmation (count and token of a preview) or Idempotency-Key' },
    403: { description: 'role-missing: this needs the role operator:act' },
    409: { description: CONFLICTS },
  } as const;
  const mark = (path: string, summary: string) =>
    defineRoute({
      ...{ ...about, method: 'post', path: `${at}/${path}`, summary, body: confirmedAction },
      replies: { 200: { description: 'How many', schema: markedReply }, ...refusals },
    });
  return {
    PARKED: defineRoute({
      ...{ ...about, method: 'get', path: at, query: deadLettersQuery },
      summary: `Messages that a ${singular} has given up on, and why, masked`,
      replies: { 200: { description: 'The oldest first', schema: deadLetterList }, ...missingReply },
    }),
    GROUPS: defineRoute({
      ...{ ...about, method: 'get', path: `${at}/groups` },
      summary: `Messages that a ${singular} has given up on, by type, reason and place`,
      replies: { 200: { description: 'The largest group first', schema: deadLetterGroups }, ...missingReply },
    }),
    PREVIEW: defineRoute({
      ...{ ...about, method: 'get', path: `${at}/preview`, query: previewQuery },
      summary: 'What a replay, a discard or a restoration would concern; its token confirms it',
      replies: { 200: { description: 'The set of messages', schema: preview }, ...missingReply },
    }),
    REPLAY: defineRoute({
      ...{ ...about, method: 'post', path: `${at}/replays`, body: confirmedAction },
      summary: `Let a ${singular} handle parked messages again, one after the other`,
      replies: {
        200: {
          description: 'Progress, a JSON object a line; the last says done or failed',
          mediaType: 'application/x-ndjson',
        },
        ...refusals,
      },
    }),
    DISCARD: mark('discards', 'Hide parked messages without handling them; can be undone for thirty days'),
    RESTORE: mark('restorations', 'Undo a discard'),
  };
};
