import { Readable } from 'node:stream';
import { Router, type RequestHandler } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { exactRouter } from '@lego-moc/http/exact-router';
import { noContent, problem, streamReply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { UserId } from '@lego-moc/kernel/message';
import { imageBody, imageFileOf } from '@lego-moc/images/image-body';
import { ACCEPTED_IMAGE_TYPES, IMAGE_SIZE_MAX } from '@lego-moc/images/limits';
import type { Avatars, AvatarSize, AvatarProcessor } from '../../application/ports/avatars.ts';
import type { ChangeAvatar } from '../../domain/profile.ts';
import { deleteAvatar, putAvatar, readAvatar } from './contracts.ts';
import { userIdIn, ownId, ownProfiles, type OwnProfiles } from './own-profile.ts';
import { ownReplyOf } from './profile-reply.ts';

const AVATAR_BYTES_MAX = 20 * 1024 * 1024;

export type AvatarRoutes = OwnProfiles & { readonly avatars: Avatars; readonly avatarProcessor: AvatarProcessor };

const imageUnreadable = problem(
  422,
  'image-unreadable',
  `The image cannot be decoded: send ${ACCEPTED_IMAGE_TYPES} of at most ${IMAGE_SIZE_MAX}.`,
);
const noAvatar = problem(404, 'avatar-not-found', 'This user has no avatar.');

/** Receives the uploaded image. Stands before `idempotent`, whose keys name one body. */
export const readAvatarBody: RequestHandler = exactRouter().put(putAvatar.path, imageBody(AVATAR_BYTES_MAX));

/** Avatars, received by `readAvatarBody`. The sweep deletes those that were replaced. */
export const avatarRoutes = (needs: AvatarRoutes): Router => {
  const { reader, avatars, avatarProcessor } = needs;
  const own = ownProfiles(needs);

  const remove = async (userId: UserId, avatarId: string): Promise<void> => {
    for await (const avatar of avatars.all(userId)) if (avatar.avatarId === avatarId) await avatars.delete(avatar.key);
  };

  return Router().use(
    route(putAvatar, async ({ request, params }) => {
      const userId = ownId(request, params.userId);
      const file = imageFileOf(request);
      const squares = file === undefined ? undefined : await avatarProcessor.process(file.path, userId);
      if (squares === undefined) return imageUnreadable;
      const avatarId = causeOf(request).commandId;
      const preview = await avatarProcessor.describe(Readable.from([squares.get(512) ?? new Uint8Array()]));
      const note = await avatars.noteChange(userId, avatarId);
      const data = preview === undefined ? { avatarId } : { avatarId, preview };
      const command: ChangeAvatar = { type: 'ChangeAvatar', data };
      await avatars.put(userId, avatarId, squares);
      const answer = await own.change(request, command, ownReplyOf);
      if (answer.status !== 200) {
        await remove(userId, avatarId);
        await avatars.delete(note);
      }
      return answer;
    }),

    route(readAvatar, async ({ request, params, query }) => {
      const userId = userIdIn(request, params.userId);
      const avatarId = (await reader.profiles([userId])).get(userId)?.avatarId ?? undefined;
      const size = Number(query.size) as AvatarSize;
      const stream = avatarId === undefined ? undefined : await avatars.open(userId, avatarId, size);
      if (stream === undefined) return noAvatar;
      return streamReply(stream, { 'content-type': 'image/webp', 'cache-control': 'private, max-age=300' });
    }),

    route(deleteAvatar, async ({ request, params }) => {
      const note = await avatars.noteChange(ownId(request, params.userId), causeOf(request).commandId);
      const answer = await own.change(request, { type: 'ChangeAvatar', data: { avatarId: null } }, ownReplyOf);
      if (answer.status === 200) return noContent();
      await avatars.delete(note);
      return answer;
    }),
  );
};
