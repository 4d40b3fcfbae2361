import type { z } from 'zod';
import type { JsonObject, Message } from '@lego-moc/kernel/message';

/** A stored event: its name on the stream and its JSON. */
export type StoredEvent = { readonly type: string; readonly data: JsonObject };

/** What operators may see of stored events. Whatever is not named here is masked. */
export type Visibility = {
  /** Names of fields whose values are shown, wherever in an event or a state they occur: ids, states, times, counts. */
  readonly shown: readonly string[];
  /** Names of fields that nobody is shown, for no reason: what lies below them is a secret or sealed. */
  readonly secret?: readonly string[];
  /** Types of events after which nothing of their stream is revealed any more: what it was about is erased. */
  readonly erasedBy?: readonly string[];
};

const NOTHING_SHOWN: Visibility = { shown: [] };

/** Translates between the domain's events and their stored forms. */
export interface Codec<Event> {
  readonly visibility: Visibility;
  encode(event: Event): StoredEvent;
  /** `undefined` for a name this codec does not know. Throws `ZodError` when known data has another shape. */
  decode(type: string, data: unknown): Event | undefined;
}

/** A codec that shows operators nothing yet. */
export type MaskingCodec<Event> = Codec<Event> & { readonly showing: (visibility: Visibility) => Codec<Event> };

/** One stored form of an event. Each but the newest has an upcast to the next. */
type OlderForm = { readonly schema: z.ZodType; readonly upcast: (data: never) => unknown };
type NewestForm<Data> = { readonly schema: z.ZodType<Data> };

export type EventForms<Event extends Message> = {
  readonly [E in Event as E['type']]: readonly [...OlderForm[], NewestForm<E['data']>];
};

const storedName = (context: string, type: string, version: number): string =>
  version === 1 ? `${context}.${type}` : `${context}.${type}.v${String(version)}`;

type ReadStep = { readonly schema: z.ZodType; readonly upcast?: (data: never) => unknown };

const upcastFrom = (steps: readonly ReadStep[], data: unknown): unknown =>
  steps.reduce<unknown>((form, { schema, upcast }) => {
    const parsedForm = schema.parse(form);
    return upcast === undefined ? parsedForm : upcast(parsedForm as never);
  }, data);

/**
 * The codec of one context: events are stored as `<context>.<Type>`, with `.vN` from the second form on. Older forms
 * are parsed and upcast step by step; only the newest is written.
 */
export const codecFor = <Event extends Message>(context: string, forms: EventForms<Event>): MaskingCodec<Event> => {
  const readers = new Map<string, { type: string; steps: readonly ReadStep[] }>();
  const newestNames = new Map<string, string>();

  for (const [type, versions] of Object.entries<readonly ReadStep[]>(forms)) {
    versions.forEach((_, index) => {
      readers.set(storedName(context, type, index + 1), { type, steps: versions.slice(index) });
    });
    newestNames.set(type, storedName(context, type, versions.length));
  }

  const codec: Omit<Codec<Event>, 'visibility'> = {
    encode: ({ type, data }) => {
      const name = newestNames.get(type);
      if (name === undefined) throw new Error(`${type} has no stored form in ${context}`);
      return { type: name, data };
    },
    decode: (name, data) => {
      const reader = readers.get(name);
      if (reader === undefined) return undefined;
      return { type: reader.type, data: upcastFrom(reader.steps, data) } as unknown as Event;
    },
  };
  return { ...codec, visibility: NOTHING_SHOWN, showing: (visibility) => ({ ...codec, visibility }) };
};
