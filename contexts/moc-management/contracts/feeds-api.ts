import { z } from 'zod';

/** A JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1), as far as it is used here. */
export const jsonFeedReply = z.object({
  version: z.literal('https://jsonfeed.org/version/1.1'),
  title: z.string(),
  home_page_url: z.url(),
  feed_url: z.url(),
  items: z.array(
    z.object({
      id: z.string(),
      url: z.url(),
      title: z.string(),
      content_text: z.string(),
      date_published: z.iso.datetime(),
      date_modified: z.iso.datetime(),
      authors: z.array(z.object({ name: z.string() })).exactOptional(),
      tags: z.array(z.enum(['version', 'comment'])),
    }),
  ),
});
export type JsonFeed = z.infer<typeof jsonFeedReply>;
