import type { StoredEvent } from '../storage/event-log.ts';

/** A projection that files every event under further streams, as links. */
export type LinkProjection = {
  readonly name: '$by_category' | '$by_event_type';
  /** The stream an event is also to be found in. */
  readonly streamFor: (event: Pick<StoredEvent, 'stream' | 'type'>) => string | undefined;
};

/** `$ce-` and what stands before the first dash of the stream's name. */
export const byCategory: LinkProjection = {
  name: '$by_category',
  streamFor: ({ stream }) => {
    const dash = stream.indexOf('-');
    return dash <= 0 || stream.startsWith('$') ? undefined : `$ce-${stream.slice(0, dash)}`;
  },
};

export const byEventType: LinkProjection = {
  name: '$by_event_type',
  streamFor: ({ stream, type }) => (stream.startsWith('$') || type.startsWith('$') ? undefined : `$et-${type}`),
};
