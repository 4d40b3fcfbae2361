import type { StoredEvent } from '../storage/event-log.ts';

/** The event that a projection appends for a source event: a link to it (`$>`), or the name of its stream (`$@`). */
export type Emission = { readonly stream: string; readonly type: '$>' | '$@'; readonly text: string };

/** A projection that every EventStoreDB has: it files events under further streams. */
export type SystemProjection = {
  readonly name: '$by_category' | '$by_event_type' | '$by_correlation_id' | '$streams' | '$stream_by_category';
  readonly emit: (event: Subject) => Emission | undefined;
};

export type Subject = Pick<StoredEvent, 'stream' | 'type' | 'revision' | 'metadata'>;

const linkFrom = (stream: string, { revision, stream: source }: Subject): Emission => ({
  stream,
  type: '$>',
  text: `${revision}@${source}`,
});

/** The category of a stream: its name up to the first dash. System streams have none. */
const categoryOf = (stream: string): string | undefined => {
  const dash = stream.indexOf('-');
  return dash <= 0 || stream.startsWith('$') ? undefined : stream.slice(0, dash);
};

/** Links each event to `$ce-CATEGORY`. */
export const byCategory: SystemProjection = {
  name: '$by_category',
  emit: (event) => {
    const category = categoryOf(event.stream);
    return category === undefined ? undefined : linkFrom(`$ce-${category}`, event);
  },
};

/** Links each event to `$et-TYPE`. */
export const byEventType: SystemProjection = {
  name: '$by_event_type',
  emit: (event) =>
    event.stream.startsWith('$') || event.type.startsWith('$') ? undefined : linkFrom(`$et-${event.type}`, event),
};

const correlationIdIn = (metadata: Uint8Array): string | undefined => {
  if (metadata.length === 0) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(metadata).toString('utf8'));
    const id = (value as { readonly $correlationId?: unknown } | null)?.$correlationId;
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
};

/** Links each event whose metadata has a `$correlationId` to `$bc-ID`. */
export const byCorrelationId: SystemProjection = {
  name: '$by_correlation_id',
  emit: (event) => {
    if (event.type === '$>') return undefined;
    const id = correlationIdIn(event.metadata);
    return id === undefined ? undefined : linkFrom(`$bc-${id}`, event);
  },
};

/** Links the first event of each stream to `$streams`. */
export const streams: SystemProjection = {
  name: '$streams',
  emit: (event) => (event.revision !== 0n || event.stream === '$streams' ? undefined : linkFrom('$streams', event)),
};

/** Names each stream in `$category-CATEGORY`. */
export const streamByCategory: SystemProjection = {
  name: '$stream_by_category',
  emit: ({ revision, stream }) => {
    const category = categoryOf(stream);
    if (revision !== 0n || category === undefined) return undefined;
    return { stream: `$category-${category}`, type: '$@', text: stream };
  },
};

export const SYSTEM_PROJECTIONS: readonly SystemProjection[] = [
  byCategory,
  byEventType,
  byCorrelationId,
  streams,
  streamByCategory,
];
