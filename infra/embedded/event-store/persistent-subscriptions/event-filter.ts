import type { StoredEvent } from '../storage/event-log.ts';
import { matches, regularExpression } from '../streams/filter.ts';

/** Which events of `$all` a group wants: by name of their stream or by their type, by prefix or regular expression. */
export type EventFilter = {
  readonly on: 'stream-name' | 'event-type';
  readonly matching: { readonly prefixes: readonly string[] } | { readonly regex: string };
};

/** Without a filter everything is wanted. Undefined where its regular expression is none. */
export const wantsOf = (filter: EventFilter | undefined): ((event: StoredEvent) => boolean) | undefined => {
  if (filter === undefined) return () => true;
  const { on, matching } = filter;
  if (!('regex' in matching)) return (event) => matches({ on, match: matching }, event);
  const regex = regularExpression(matching.regex);
  return regex && ((event) => matches({ on, match: { regex } }, event));
};
