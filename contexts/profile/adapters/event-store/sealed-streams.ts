import { StreamMoved, type EventStreams, type RecordedEvent } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { KeyVault, UserKey } from '../../application/ports/key-vault.ts';
import type { ProfileHistory } from '../../application/ports/profile-history.ts';
import type { SealedProfileEvent } from '../../application/sealed-events.ts';
import type { Personal, ProfileEvent } from '../../domain/profile-events.ts';

type Parts<Value> = Readonly<Record<string, Value>>;
type Part = keyof Personal;

const mapParts = <From, To>(parts: Parts<From>, change: (part: Part, value: From) => To): Parts<To> =>
  Object.fromEntries(Object.entries(parts).map(([part, value]) => [part, change(part as Part, value)]));

const sealEvent = (key: UserKey, event: ProfileEvent): SealedProfileEvent => {
  if (!('personal' in event.data)) return event as SealedProfileEvent;
  const { personal, ...open } = event.data;
  const sealedParts = mapParts(personal as Parts<Personal[Part]>, (part, value) => key.seal(part, value));
  return { type: event.type, data: { ...open, sealed: sealedParts } } as unknown as SealedProfileEvent;
};

/** `undefined` when the event is personal, and there is no key or another one than it was sealed with. */
const openEvent = (key: UserKey | undefined, event: SealedProfileEvent): ProfileEvent | undefined => {
  if (!('sealed' in event.data)) return event as ProfileEvent;
  if (key === undefined) return undefined;
  const { sealed, ...open } = event.data;
  try {
    const personal = mapParts(sealed as Parts<string>, (part, text) => key.open(part, text));
    return { type: event.type, data: { ...open, personal } } as unknown as ProfileEvent;
  } catch {
    return undefined;
  }
};

const isPersonal = ({ data }: ProfileEvent): boolean => 'personal' in data;

export type SealedStreams = EventStreams<ProfileEvent> & { readonly history: ProfileHistory };

/** Called for every event that should be readable and is not, each time it is read. */
export type OnUnreadable = (userId: UserId, revision: bigint) => void;

/**
 * Streams whose personal parts are stored under the key of their user. Of an erased user only events without personal
 * parts remain; appending a personal one throws `StreamMoved`, since they were erased after the writer has read. Events
 * whose key is lost are left out as well, and passed to `onUnreadable`.
 */
export const sealedStreams = (
  inner: EventStreams<SealedProfileEvent>,
  vault: KeyVault,
  onUnreadable: OnUnreadable = () => undefined,
): SealedStreams => {
  const keyOf = async (id: string): Promise<UserKey | undefined> =>
    (await vault.keysOf([id as UserId])).get(id as UserId);

  async function* openRecorded(id: string, from?: bigint) {
    const key = await keyOf(id);
    for await (const { event: sealedEvent, ...place } of inner.readEvents(id, from))
      yield { place, type: sealedEvent.type, event: openEvent(key, sealedEvent) };
  }

  async function* readEvents(id: string, from?: bigint): AsyncIterable<RecordedEvent<ProfileEvent>> {
    for await (const { place, event } of openRecorded(id, from)) if (event !== undefined) yield { ...place, event };
  }

  return {
    readEvents,
    read: async (id) => {
      const [key, { events, revision }] = await Promise.all([keyOf(id), inner.read(id)]);
      const openedEvents = events.map((event) => openEvent(key, event));
      // Personal events of an erased user are unreadable on purpose.
      if (events.at(-1)?.type !== 'UserErased')
        openedEvents.forEach((event, index) => event === undefined && onUnreadable(id as UserId, BigInt(index)));
      return { events: openedEvents.filter((event) => event !== undefined), revision };
    },
    history: async function* (userId) {
      for await (const { place, type, event } of openRecorded(userId)) {
        const { revision, recordedAt } = place;
        yield { revision, recordedAt, type, ...(event === undefined ? {} : { event }) };
      }
    },
    append: async (id, events, expected, cause) => {
      if (!events.some(isPersonal)) return inner.append(id, events as SealedProfileEvent[], expected, cause);
      const key = await vault.keyFor(id as UserId);
      if (key === undefined) throw new StreamMoved(`profile-${id}`, expected);
      return inner.append(
        id,
        events.map((event) => sealEvent(key, event)),
        expected,
        cause,
      );
    },
  };
};
