import { entityId, type DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import type { Announcement } from '@lego-moc/event-store/integration-events';
import type { EventStreams } from '@lego-moc/application/event-streams';
import type { SearchEventType, SearchPayload } from '../../contracts/integration-events.ts';
import type { SearchExecutionEvent, SearchQueryExecuted } from '../../domain/analytics/search-execution-events.ts';
import { wordsOf } from '../../domain/words.ts';

type PayloadOf<Status> = Extract<SearchPayload, { status: Status }>;

const executedPayload = ({ data }: SearchQueryExecuted): PayloadOf<'executed'> => {
  const { queryId, text, filters, types, sort, page, weight, at } = data;
  return {
    ...{ status: 'executed', queryId, words: wordsOf(text ?? '').length },
    ...{ filters: [...filters], types: [...types], sort, page, weight, executedAt: at },
  };
};

/** The integration event of each event but of clicks: the search as it was then. */
export const announceSearches =
  (streams: Pick<EventStreams<SearchExecutionEvent>, 'readEvents'>) =>
  async ({ stream, revision }: DeliveredEvent): Promise<readonly Announcement[]> => {
    const subject = entityId(stream);
    const announcementOf = (eventType: SearchEventType, payload: SearchPayload): readonly Announcement[] => [
      { eventType, subject, revision: String(revision), payload },
    ];
    let search: PayloadOf<'executed'> | undefined;
    for await (const { event, revision: eventRevision } of streams.readEvents(subject)) {
      if (event.type === 'SearchQueryExecuted') search = executedPayload(event);
      if (eventRevision < revision) continue;
      if (eventRevision > revision || search === undefined) return [];
      if (event.type === 'SearchQueryExecuted') return announcementOf('search.query-executed', search);
      if (event.type !== 'SearchResultsServed') return [];
      const { results, hasMore, latencyMs, degraded } = event.data;
      const payload = { ...search, status: 'served' as const, results, hasMore, latencyMs, degraded };
      return announcementOf('search.results-served', payload);
    }
    return [];
  };
