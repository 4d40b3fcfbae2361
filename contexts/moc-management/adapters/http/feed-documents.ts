import { xmlText } from '@lego-moc/kernel/xml-text';
import type { Feed, FeedEntry } from '../../application/feeds.ts';
import type { JsonFeed } from '../../contracts/feeds-api.ts';

/** The public URLs of the API and of the feed's own document. */
export type FeedUrls = { readonly api: string; readonly self: string };

/** Before the first bricks: of a feed without entries, which has to say when it changed. */
const NEVER = '1970-01-01T00:00:00.000Z';

const element = (name: string, content: string): string => `<${name}>${xmlText(content)}</${name}>`;
const link = (rel: string, href: string): string => `<link rel="${rel}" href="${xmlText(href)}"/>`;
const person = (name: string): string => `<author>${element('name', name)}</author>`;

/** Atom inherits the author of the feed where an entry has none. */
const ANONYMOUS = 'somebody';

const atomEntry = (api: string, { kind, id, path, title, text, author, publishedAt, updatedAt }: FeedEntry): string =>
  [
    '<entry>',
    element('id', id),
    element('title', title),
    element('published', publishedAt),
    element('updated', updatedAt),
    person(author ?? ANONYMOUS),
    `<category term="${kind}"/>`,
    link('alternate', api + path),
    element('content', text),
    '</entry>',
  ].join('');

/** An Atom feed (RFC 4287). Titles and contents are plain text, whatever they look like. */
export const atomDocument = ({ id, path, title, author, entries }: Feed, { api, self }: FeedUrls): string =>
  [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    element('id', id),
    element('title', title),
    element(
      'updated',
      entries.map(({ updatedAt }) => updatedAt).reduce((some, next) => (next > some ? next : some), NEVER),
    ),
    person(author),
    link('self', self),
    link('alternate', api + path),
    ...entries.map((entry) => atomEntry(api, entry)),
    '</feed>',
    '',
  ].join('\n');

export const jsonFeed = ({ path, title, entries }: Feed, { api, self }: FeedUrls): JsonFeed => ({
  version: 'https://jsonfeed.org/version/1.1',
  title,
  home_page_url: api + path,
  feed_url: self,
  items: entries.map((entry) => ({
    id: entry.id,
    url: api + entry.path,
    title: entry.title,
    content_text: entry.text,
    date_published: entry.publishedAt,
    date_modified: entry.updatedAt,
    ...(entry.author === null ? {} : { authors: [{ name: entry.author }] }),
    tags: [entry.kind],
  })),
});
