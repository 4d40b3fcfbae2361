import type { EventStreams } from '@lego-moc/application/event-streams';
import type { Message } from '@lego-moc/kernel/message';
import type { Metrics } from '@lego-moc/metrics/metrics';

/** Counts what happens, by category and type of event: MOCs, uploads, searches, registrations. */
export type AppendCounter = (category: string, events: readonly Message[]) => void;

export const appendCounter = (metrics: Metrics): AppendCounter => {
  const total = metrics.counter('events_appended_total', 'Events that this process appended, by their type.', [
    'category',
    'type',
  ]);
  return (category, events) => {
    for (const { type } of events) total.inc({ category, type });
  };
};

/** The same streams; what is appended to them is counted. An append that is repeated counts again. */
export const countAppends = <Event extends Message>(
  streams: EventStreams<Event>,
  category: string,
  count: AppendCounter,
): EventStreams<Event> => ({
  ...streams,
  append: async (id, events, expected, cause) => {
    const revision = await streams.append(id, events, expected, cause);
    count(category, events);
    return revision;
  },
});
