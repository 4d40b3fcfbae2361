import { eventTypeFilter, streamNameFilter, type Filter } from '@eventstore/db-client';
import type { Source } from './delivered-event.ts';

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The filter with which the store selects a source from the whole log. */
export const filterOf = (source: Exclude<Source, { readonly stream: string }>): Filter =>
  'streamPrefixes' in source
    ? streamNameFilter({ prefixes: [...source.streamPrefixes] })
    : eventTypeFilter({ regex: `^(${source.eventTypes.map(literal).join('|')})$` });
