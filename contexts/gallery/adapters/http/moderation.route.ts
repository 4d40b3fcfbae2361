import { Router, type Request, type RequestHandler } from 'express';
import type { Clock } from '@lego-moc/application/clock';
import { requireRole } from '@lego-moc/auth-middleware/authenticate';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { exactRouter } from '@lego-moc/http/exact-router';
import { noContent, ok, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import { after } from '@lego-moc/kernel/instant';
import type { Flagging } from '../../application/moderation.ts';
import type { FileStore } from '../../application/ports/file-store.ts';
import type { ModerationReader } from '../../application/ports/moderation-reader.ts';
import { reviewReplyOf } from '../../application/replies.ts';
import type { ImageStates } from '../../application/states.ts';
import type { Views } from '../../application/views.ts';
import type { FlagReason, ImageId } from '../../domain/image-events.ts';
import type { ImageCommand } from '../../domain/image.ts';
import {
  appeal,
  claimReview,
  decideReview,
  flagImage,
  flagImageById,
  readLog,
  readQueue,
  readReport,
  readReview,
  reverseDecision,
} from './moderation-contracts.ts';
import { noSuchImage, refusal } from './rejection-status.ts';

/** Long enough to look and decide; an abandoned review is free again soon. */
const CLAIM_MS = 15 * 60_000;
const DAY_MS = 86_400_000;

export type ModerationRoutes = {
  readonly images: Pick<ImageStates, 'handle' | 'latest'>;
  readonly flagging: Pick<Flagging, 'flag'>;
  readonly reader: Pick<ModerationReader, 'queue' | 'log' | 'report'>;
  readonly views: Pick<Views, 'image'>;
  readonly files: Pick<FileStore, 'url'>;
  readonly now: Clock;
};

/** Flags, appeals, and the public log. */
export const flagRoutes = ({ images, flagging, reader, views, now }: ModerationRoutes): Router => {
  const flag = async (request: Request, imageId: string, reason: FlagReason, words: string): Promise<Reply> => {
    const newFlag = { imageId: imageId as ImageId, by: userOf(request).id, reason, words };
    const outcome = await flagging.flag(newFlag, causeOf(request));
    return isRejection(outcome) ? refusal(outcome) : noContent();
  };

  return Router().use(
    route(flagImage, ({ request, params, body }) => flag(request, params.imageId, body.reason, body.words)),
    route(flagImageById, ({ request, body }) => flag(request, body.imageId, body.reason, body.words)),

    route(appeal, async ({ request, params, body: { words } }) => {
      const imageId = params.imageId as ImageId;
      const { id: by } = userOf(request);
      const command = { type: 'AppealDecision', data: { imageId, by, words, at: now() } } as const;
      const outcome = await images.handle(imageId, command, causeOf(request));
      if (isRejection(outcome)) return refusal(outcome);
      const image = await views.image(imageId, by);
      return image === undefined ? noSuchImage : ok(image, { etag: image.revision });
    }),

    route(readLog, async ({ query }) => ok(await reader.log(query))),
  );
};

/** Whoever is no moderator learns nothing else here. */
export const requireModerator: RequestHandler = exactRouter().use(
  ['/v1/moderation/queue', '/v1/moderation/report', '/v1/moderation/images'],
  requireRole('moderator'),
);

/** The work of moderators. Stands behind `requireModerator`. */
export const moderatorRoutes = ({ images, reader, files, now }: ModerationRoutes): Router => {
  const review = async (imageId: ImageId): Promise<Reply> => {
    const { state, revision } = await images.latest(imageId);
    if (state.status !== 'stored' || state.moderation.flags.length === 0) return noSuchImage;
    const file = (await files.url(imageId)) ?? null;
    return ok(reviewReplyOf(imageId, revision, state, file), { etag: String(revision) });
  };

  const change = async (request: Request, command: ImageCommand): Promise<Reply> => {
    const outcome = await images.handle(command.data.imageId, command, causeOf(request));
    return isRejection(outcome) ? refusal(outcome) : review(command.data.imageId);
  };

  return Router().use(
    route(readQueue, async ({ query }) => ok(await reader.queue(query))),
    route(readReport, async ({ query: { days } }) => {
      const at = now();
      return ok(await reader.report(after(at, -days * DAY_MS), at));
    }),
    route(readReview, ({ params }) => review(params.imageId as ImageId)),

    route(claimReview, ({ request, params }) => {
      const at = now();
      const data = { imageId: params.imageId as ImageId, by: userOf(request).id, at, until: after(at, CLAIM_MS) };
      return change(request, { type: 'ClaimReview', data });
    }),
    route(decideReview, ({ request, params, body }) => {
      const data = { imageId: params.imageId as ImageId, by: userOf(request).id, ...body, at: now() };
      return change(request, { type: 'DecideReview', data });
    }),
    route(reverseDecision, ({ request, params, body: { reason } }) => {
      const data = { imageId: params.imageId as ImageId, by: userOf(request).id, reason, at: now() };
      return change(request, { type: 'ReverseDecision', data });
    }),
  );
};
