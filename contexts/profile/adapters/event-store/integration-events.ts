import { entityId } from '@lego-moc/event-store/delivered-event';
import type { Announcement } from '@lego-moc/event-store/integration-events';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import type { EventStreams } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { ProfileEventType, ProfilePayload } from '../../contracts/integration-events.ts';
import type { SealedProfileEvent } from '../../application/sealed-events.ts';

type Known = Omit<Extract<ProfilePayload, { status: 'active' }>, 'changed'>;
type Said = { readonly eventType: ProfileEventType; readonly payload: ProfilePayload };

const known = (before: Known | undefined, { type, data }: SealedProfileEvent): Known | undefined => {
  if (type === 'ProfileCreated') {
    return { status: 'active', userId: data.userId, avatarId: null, createdAt: data.createdAt };
  }
  return type === 'AvatarChanged' && before !== undefined ? { ...before, avatarId: data.avatarId } : before;
};

const said = (now: Known | undefined, { type, data }: SealedProfileEvent): Said | undefined => {
  if (type === 'UserErased') {
    const { userId, erasedAt } = data;
    return { eventType: 'user.erased', payload: { status: 'erased', userId, erasedAt } };
  }
  if (now === undefined) return undefined;
  switch (type) {
    case 'ProfileCreated':
      return { eventType: 'profile.created', payload: { ...now, changed: ['person'] } };
    case 'ProfileUpdated':
      return { eventType: 'profile.updated', payload: { ...now, changed: ['person'] } };
    case 'AvatarChanged':
      return { eventType: 'avatar.changed', payload: { ...now, changed: ['avatar'] } };
    case 'EmailNoted':
    case 'PreferencesChosen':
      return undefined;
  }
};

/** What the world learns of a private event: never anything personal, hence it needs no key and the answer never changes. */
export const toIntegrationEvents =
  (streams: EventStreams<SealedProfileEvent>) =>
  async ({ stream, revision }: DeliveredEvent): Promise<readonly Announcement[]> => {
    const userId = entityId(stream) as UserId;
    let state: Known | undefined;
    for await (const recorded of streams.recorded(userId)) {
      state = known(state, recorded.event);
      if (recorded.revision !== revision) continue;
      const announced = said(state, recorded.event);
      return announced === undefined ? [] : [{ ...announced, subject: userId, revision: String(revision) }];
    }
    return [];
  };
