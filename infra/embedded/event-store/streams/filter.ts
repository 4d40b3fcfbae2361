export type EventFilter = {
  readonly on: 'stream-name' | 'event-type';
  readonly match: { readonly regex: RegExp } | { readonly prefixes: readonly string[] };
};

export const matches = (filter: EventFilter | undefined, event: { stream: string; type: string }): boolean => {
  if (filter === undefined) return true;
  const text = filter.on === 'stream-name' ? event.stream : event.type;
  const { match } = filter;
  return 'regex' in match ? match.regex.test(text) : match.prefixes.some((prefix) => text.startsWith(prefix));
};

/** Undefined where the text is none. */
export const regularExpression = (source: string): RegExp | undefined =>
  // Escapes that only the stricter Unicode mode objects to, such as `\-`, are common in patterns written for .NET.
  compiled(source, 'u') ?? compiled(source, '');

const compiled = (source: string, flags: string): RegExp | undefined => {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
};
