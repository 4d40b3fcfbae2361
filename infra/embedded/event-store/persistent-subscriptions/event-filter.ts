import type { StoredEvent } from '../storage/event-log.ts';
import { matches } from '../streams/filter.ts';

/** Which events of `$all` a group wants: by name of their stream or by their type, by prefix or regular expression. */
export type EventFilter = {
  readonly on: 'stream-name' | 'event-type';
  readonly matching: { readonly prefixes: readonly string[] } | { readonly regex: string };
};

/** Without a filter everything is wanted. Throws a `SyntaxError` on a regular expression that is none. */
export const wantsOf = (filter: EventFilter | undefined): ((event: StoredEvent) => boolean) => {
  if (filter === undefined) return () => true;
  const { on, matching } = filter;
  const match = 'regex' in matching ? { regex: new RegExp(matching.regex, 'u') } : matching;
  return (event) => matches({ on, match }, event);
};
