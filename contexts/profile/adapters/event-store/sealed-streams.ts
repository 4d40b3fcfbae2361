import { StreamMoved, type EventStreams, type Recorded } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { KeyVault, UserKey } from '../../application/ports/key-vault.ts';
import type { SealedProfileEvent } from '../../application/sealed-events.ts';
import type { Personal, ProfileEvent } from '../../domain/profile-events.ts';

type Parts<Value> = Readonly<Record<string, Value>>;
type Part = keyof Personal;

const mapped = <From, To>(parts: Parts<From>, change: (part: Part, value: From) => To): Parts<To> =>
  Object.fromEntries(Object.entries(parts).map(([part, value]) => [part, change(part as Part, value)]));

const sealed = (key: UserKey, event: ProfileEvent): SealedProfileEvent => {
  if (!('personal' in event.data)) return event as SealedProfileEvent;
  const { personal, ...open } = event.data;
  const parts = mapped(personal as Parts<Personal[Part]>, (part, value) => key.seal(part, value));
  return { type: event.type, data: { ...open, sealed: parts } } as unknown as SealedProfileEvent;
};

/** The event as it was meant; `undefined` when it says something personal and the key is no more. */
const opened = (key: UserKey | undefined, event: SealedProfileEvent): ProfileEvent | undefined => {
  if (!('sealed' in event.data)) return event as ProfileEvent;
  if (key === undefined) return undefined;
  const { sealed: blobs, ...open } = event.data;
  const personal = mapped(blobs as Parts<string>, (part, blob) => key.open(part, blob));
  return { type: event.type, data: { ...open, personal } } as unknown as ProfileEvent;
};

const isPersonal = ({ data }: ProfileEvent): boolean => 'personal' in data;

/**
 * Streams whose personal parts are stored under the key of their user. Of a forgotten user only those events are left
 * that say nothing personal; to write something personal about one throws `StreamMoved`, since they were erased
 * after whoever writes has read.
 */
export const sealedStreams = (
  stored: EventStreams<SealedProfileEvent>,
  vault: KeyVault,
): EventStreams<ProfileEvent> => {
  const keyOf = async (id: string): Promise<UserKey | undefined> =>
    (await vault.keysOf([id as UserId])).get(id as UserId);

  async function* recorded(id: string, from?: bigint): AsyncIterable<Recorded<ProfileEvent>> {
    const key = await keyOf(id);
    for await (const { event: inSeal, ...place } of stored.recorded(id, from)) {
      const event = opened(key, inSeal);
      if (event !== undefined) yield { ...place, event };
    }
  }

  return {
    recorded,
    read: async (id) => {
      const [key, { events, revision }] = await Promise.all([keyOf(id), stored.read(id)]);
      return { events: events.flatMap((event) => opened(key, event) ?? []), revision };
    },
    append: async (id, events, expected, cause) => {
      if (!events.some(isPersonal)) return stored.append(id, events as SealedProfileEvent[], expected, cause);
      const key = await vault.keyFor(id as UserId);
      if (key === undefined) throw new StreamMoved(`profile-${id}`, expected);
      return stored.append(
        id,
        events.map((event) => sealed(key, event)),
        expected,
        cause,
      );
    },
  };
};
