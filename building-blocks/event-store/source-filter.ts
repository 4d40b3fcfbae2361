import { eventTypeFilter, streamNameFilter, type Filter } from '@eventstore/db-client';
import type { Source } from './delivered-event.ts';

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Streams of the store itself begin with a dollar sign. */
const NOT_OF_THE_STORE = '^[^$]';

/** The filter with which the store selects a source from the whole log. */
export const filterOf = (source: Exclude<Source, { readonly stream: string }>): Filter => {
  if ('streams' in source) return streamNameFilter({ regex: NOT_OF_THE_STORE });
  return 'streamPrefixes' in source
    ? streamNameFilter({ prefixes: [...source.streamPrefixes] })
    : eventTypeFilter({ regex: `^(${source.eventTypes.map(literal).join('|')})$` });
};
