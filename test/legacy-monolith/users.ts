import { Router, type Request } from 'express';
import { z } from 'zod';
import { callerOf, requireCaller } from './caller.ts';
import { answer, Refusal } from './envelope.ts';
import type { Uploads } from './uploads.ts';
import { parseBody } from './validation.ts';

export type LegacyUser = {
  readonly id: string;
  readonly username: string;
  readonly bio: string;
  readonly avatarUrl: string | null;
};

/** The Auth Service's users, which the monolith reads and writes there; PostgreSQL knows none. */
export type LegacyUsers = Map<string, LegacyUser>;

const profile = z.object({ username: z.string().min(1).optional(), bio: z.string().optional() });

const AVATARS = new Set(['image/jpeg', 'image/png', 'image/heic']);

/** `/api/users`. Users are created on their first visit. */
export const userRoutes = (users: LegacyUsers, uploads: Uploads): Router => {
  const ownUser = (request: Request): LegacyUser => {
    const id = String(request.params['id']);
    if (id !== callerOf(request)) throw new Refusal(users.has(id) ? 403 : 404, 'This profile is not yours');
    return users.get(id) ?? { id, username: id, bio: '', avatarUrl: null };
  };

  const read = (request: Request) => {
    const id = String(request.params['id']);
    const user = id === callerOf(request) ? ownUser(request) : users.get(id);
    if (user === undefined) throw new Refusal(404, 'User not found');
    return Promise.resolve({ message: 'User', data: user });
  };

  const change = async (request: Request) => {
    const user = ownUser(request);
    const { fields, files } = await uploads.read(request);
    const [avatar] = files;
    if (avatar !== undefined && !AVATARS.has(avatar.type)) throw new Refusal(400, 'An avatar is a JPEG, PNG or HEIC');
    const { username = user.username, bio = user.bio } = parseBody(profile, fields);
    const nextUser = { ...user, username, bio, avatarUrl: avatar?.url ?? user.avatarUrl };
    users.set(user.id, nextUser);
    return { message: 'User updated', data: nextUser };
  };

  const removeAvatar = (request: Request) => {
    const user = ownUser(request);
    users.set(user.id, { ...user, avatarUrl: null });
    return Promise.resolve({ message: 'Avatar deleted', data: { id: user.id } });
  };

  return Router()
    .use(requireCaller(401))
    .get('/:id', answer(read))
    .post('/:id', answer(change))
    .patch('/:id', answer(change))
    .post('/:id/avatar', answer(change))
    .delete('/:id/avatar', answer(removeAvatar));
};
