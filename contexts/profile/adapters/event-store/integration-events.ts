import { entityId } from '@lego-moc/event-store/delivered-event';
import type { Announcement } from '@lego-moc/event-store/integration-events';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { stateCache } from '@lego-moc/application/state-cache';
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
    case 'AvatarDescribed':
    case 'EmailNoted':
    case 'PreferencesChosen':
      return undefined;
  }
};

/** Some thousand profiles, in characters of JSON. */
const STATES_BYTES_MAX = 1024 * 1024;

/**
 * The integration event of a private one. It holds nothing personal, so it needs no key, and is the same each time. Reads
 * only the events after the last translated one, as long as events of a profile come in order.
 */
export const toIntegrationEvents = (streams: Pick<EventStreams<SealedProfileEvent>, 'readEvents'>) => {
  const states = stateCache<ProfileState | undefined>(STATES_BYTES_MAX);

  return async ({ stream, revision }: DeliveredEvent): Promise<readonly Announcement[]> => {
    const userId = entityId(stream) as UserId;
    const cachedState = states.get(userId);
    const isUsable =
      cachedState !== undefined && cachedState.revision !== 'no-stream' && cachedState.revision < revision;
    let state = isUsable ? cachedState.state : undefined;
    for await (const recordedEvent of streams.readEvents(userId, isUsable ? cachedState.revision + 1n : 0n)) {
      if (recordedEvent.revision > revision) return [];
      state = evolve(state, recordedEvent.event);
      if (recordedEvent.revision < revision) continue;
      states.put(userId, { state, revision });
      const pending = toIntegrationEvent(state, recordedEvent.event);
      return pending === undefined ? [] : [{ ...pending, subject: userId, revision: String(revision) }];
    }
    return [];
  };
};
