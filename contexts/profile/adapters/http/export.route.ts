import type { Router } from 'express';
import { buffer } from 'node:stream/consumers';
import { userOf } from '@lego-moc/http/caller';
import { ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { attachmentDisposition } from '@lego-moc/object-storage/content-disposition';
import type { Clock } from '@lego-moc/application/clock';
import type { UserId } from '@lego-moc/kernel/message';
import type { Avatars } from '../../application/ports/avatars.ts';
import type { ProfileHistory } from '../../application/ports/profile-history.ts';
import type { ActiveProfile } from '../../domain/profile.ts';
import { ELSEWHERE } from '../../contracts/http-api.ts';
import { exportMe } from './contracts.ts';
import { ownProfiles, type OwnProfiles } from './own-profile.ts';
import { ownReplyOf } from './profile-reply.ts';

export type ExportRoute = OwnProfiles & {
  readonly history: ProfileHistory;
  readonly avatars: Avatars;
  readonly now: Clock;
};

const SAVED_AS = {
  'content-disposition': attachmentDisposition('lego-moc-profile.json'),
  'cache-control': 'no-store',
};

const UNREADABLE = 'The key that this entry was encrypted with is lost.';

/** All stored data of a user in this context, for that user, and where to request the rest. */
export const exportRoute = (needs: ExportRoute): Router => {
  const { history, avatars, now } = needs;
  const own = ownProfiles(needs);

  const historyOf = async (userId: UserId) => {
    const entries = [];
    for await (const { revision, recordedAt, type: eventType, event } of history(userId)) {
      const content = event === undefined ? { unreadable: UNREADABLE } : { data: event.data };
      entries.push({ revision: String(revision), what: eventType, recordedAt, ...content });
    }
    return entries;
  };

  const avatarOf = async (userId: UserId, avatarId: string | null) => {
    const stream = avatarId === null ? undefined : await avatars.open(userId, avatarId, 512);
    if (stream === undefined) return null;
    return { mediaType: 'image/webp', base64: (await buffer(stream)).toString('base64') };
  };

  return route(exportMe, async ({ request }) => {
    const { id } = userOf(request);
    const profiles: ActiveProfile[] = [];
    const answer = await own.begin(request, (profile) => profiles.push(profile));
    const [profile] = profiles;
    if (profile === undefined) return answer;
    const [entries, avatar] = await Promise.all([historyOf(id), avatarOf(id, profile.avatarId)]);
    return ok(
      { exportedAt: now(), profile: ownReplyOf(profile), avatar, history: entries, elsewhere: ELSEWHERE },
      { headers: SAVED_AS },
    );
  });
};
