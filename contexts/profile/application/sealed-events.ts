import type { Message } from '@lego-moc/kernel/message';
import type { ProfileEvent } from '../domain/profile-events.ts';

/** What was `personal` is `sealed`: every part by itself, in the words of the user's key. */
type Sealed<Data> = Data extends { readonly personal: infer Parts }
  ? Omit<Data, 'personal'> & { readonly sealed: { readonly [P in keyof Parts]: string } }
  : Data;

type SealedForm<Event> =
  Event extends Message<infer Type, infer Data> ? { readonly type: Type; readonly data: Sealed<Data> } : never;

/** An event as it is stored and followed: nothing personal in it can be read without the user's key. */
export type SealedProfileEvent = SealedForm<ProfileEvent>;
