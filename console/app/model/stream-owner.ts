type Category = { readonly service: string; readonly name: string };

/** The service that shows a stream's events: the one with its category, which is its name up to the first dash. */
export const ownerOf = (stream: string, categories: readonly Category[]): string | undefined => {
  const dash = stream.indexOf('-');
  const category = dash < 0 ? stream : stream.slice(0, dash);
  return categories.find(({ name }) => name === category)?.service;
};
