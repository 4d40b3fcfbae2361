import type { Codec, Visibility } from '@lego-moc/event-codec/codec';

/** The streams `<name>-<id>` of a service, and how they may be shown. */
export type Category = {
  readonly name: string;
  readonly codec: Pick<Codec<unknown>, 'visibility' | 'decode'>;
  /** How its events fold to a state, where the service shows that. */
  readonly fold?:
    { readonly initial: unknown; readonly evolve: (state: unknown, event: unknown) => unknown } | undefined;
  /** Whether its streams are instances of a process, which `/ops/processes` lists. */
  readonly isProcess?: boolean;
};

/** Fields that integration events have around their payload, none of which a user writes. */
const ENVELOPE: Visibility = {
  shown: ['eventType', 'eventId', 'timestamp', 'correlationId', 'source', 'subject', 'revision', 'status'],
};

/** What services publish, of which every service knows the envelope, and what operators did. */
const COMMON: readonly (readonly [category: string, Visibility])[] = [
  ['integration', ENVELOPE],
  ['publisher', { shown: ['sourceEventId', 'eventType'] }],
  ['deadLetters', { shown: ['ids', 'id', 'link'] }],
  ['operations', { shown: ['operator', 'service', 'action', 'target', 'count'] }],
];

export const SHARED_CATEGORIES: readonly string[] = COMMON.map(([name]) => name);

/** The name of a stream up to its first dash. */
export const categoryOf = (stream: string): string => {
  const dash = stream.indexOf('-');
  return dash < 0 ? stream : stream.slice(0, dash);
};

/** What may be shown of a stream's events; `undefined` when it belongs to another service. */
export const visibilityOf = (categories: readonly Category[], stream: string): Visibility | undefined => {
  const name = categoryOf(stream);
  return (
    categories.find((category) => category.name === name)?.codec.visibility ?? new Map(COMMON).get(name) ?? undefined
  );
};
