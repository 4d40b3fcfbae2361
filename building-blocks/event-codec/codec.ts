import type { z } from 'zod';
import type { JsonObject, Message } from '@lego-moc/kernel/message';

/** A stored event: its name on the stream and its JSON. */
export type StoredEvent = { readonly type: string; readonly data: JsonObject };

/** Translates between the domain's events and their stored forms. */
export interface Codec<Event> {
  encode(event: Event): StoredEvent;
  /** `undefined` for a name this codec does not know. Throws `ZodError` when known data has another shape. */
  decode(type: string, data: unknown): Event | undefined;
}

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
export const codecFor = <Event extends Message>(context: string, forms: EventForms<Event>): Codec<Event> => {
  const readers = new Map<string, { type: string; steps: readonly ReadStep[] }>();
  const newestNames = new Map<string, string>();

  for (const [type, versions] of Object.entries<readonly ReadStep[]>(forms)) {
    versions.forEach((_, index) => {
      readers.set(storedName(context, type, index + 1), { type, steps: versions.slice(index) });
    });
    newestNames.set(type, storedName(context, type, versions.length));
  }

  return {
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
};
