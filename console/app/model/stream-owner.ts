type Category = { readonly service: string; readonly name: string };

export type AggregateId = { readonly category: string; readonly id: string };

/** A stream's category and the id after its first dash; `undefined` without both. */
export const categoryAndId = (stream: string): AggregateId | undefined => {
  const dash = stream.indexOf('-');
  const [category, id] = [stream.slice(0, Math.max(0, dash)), stream.slice(dash + 1)];
  return category === '' || id === '' ? undefined : { category, id };
};

/** The service that shows a stream's events: the one with its category, which is its name up to the first dash. */
export const ownerOf = (stream: string, categories: readonly Category[]): string | undefined => {
  const category = categoryAndId(stream)?.category ?? stream;
  return categories.find(({ name }) => name === category)?.service;
};
