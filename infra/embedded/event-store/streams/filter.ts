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

/** Flags that .NET takes at the beginning of an expression and JavaScript does not. */
const INLINE_FLAGS = /^\(\?([ims]+)\)/;

/** Undefined where the text is no regular expression. */
export const regularExpression = (source: string): RegExp | undefined => {
  const flags = INLINE_FLAGS.exec(source)?.[1] ?? '';
  const pattern = source.replace(INLINE_FLAGS, '');
  // Escapes that only the stricter Unicode mode rejects, such as `\-`, are common in patterns written for .NET.
  return compileRegex(pattern, `${flags}u`) ?? compileRegex(pattern, flags);
};

const compileRegex = (source: string, flags: string): RegExp | undefined => {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
};
