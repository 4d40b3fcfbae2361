import { entityId } from '@lego-moc/event-store/delivered-event';
import type { Announcement } from '@lego-moc/event-store/integration-events';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import type { EventStreams } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { ProfileEventType, ProfilePayload } from '../../contracts/integration-events.ts';
import type { SealedProfileEvent } from '../../application/sealed-events.ts';

type ProfileState = Omit<Extract<ProfilePayload, { status: 'active' }>, 'changed'>;
type PendingEvent = { readonly eventType: ProfileEventType; readonly payload: ProfilePayload };

const evolve = (before: ProfileState | undefined, { type, data }: SealedProfileEvent): ProfileState | undefined => {
  if (type === 'ProfileCreated') {
    return { status: 'active', userId: data.userId, avatarId: null, createdAt: data.createdAt };
  }
  return type === 'AvatarChanged' && before !== undefined ? { ...before, avatarId: data.avatarId } : before;
};

const toIntegrationEvent = (
  now: ProfileState | undefined,
  { type, data }: SealedProfileEvent,
): PendingEvent | undefined => {
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

/** The integration event of a private one. It holds nothing personal, so it needs no key, and is the same each time. */
export const toIntegrationEvents =
  (streams: EventStreams<SealedProfileEvent>) =>
  async ({ stream, revision }: DeliveredEvent): Promise<readonly Announcement[]> => {
    const userId = entityId(stream) as UserId;
    let state: ProfileState | undefined;
    for await (const recorded of streams.recorded(userId)) {
      state = evolve(state, recorded.event);
      if (recorded.revision !== revision) continue;
      const pending = toIntegrationEvent(state, recorded.event);
      return pending === undefined ? [] : [{ ...pending, subject: userId, revision: String(revision) }];
    }
    return [];
  };
