import type { Message } from '@lego-moc/kernel/message';
import type { ProfileEvent } from '../domain/profile-events.ts';

/** The `personal` part is `sealed`: each of its parts separately, as text under the user's key. */
type SealedData<Data> = Data extends { readonly personal: infer Parts }
  ? Omit<Data, 'personal'> & { readonly sealed: { readonly [P in keyof Parts]: string } }
  : Data;

type SealedForm<Event> =
  Event extends Message<infer Type, infer Data> ? { readonly type: Type; readonly data: SealedData<Data> } : never;

/** An event in its stored form: its personal parts cannot be read without the user's key. */
export type SealedProfileEvent = SealedForm<ProfileEvent>;
