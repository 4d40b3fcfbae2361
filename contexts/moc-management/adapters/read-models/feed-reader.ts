import type { Queries } from '@lego-moc/postgres/database';
import type { FeedReader, PublicComment, PublishedMoc } from '../../application/ports/feed-reader.ts';

/** Reads what is public from the read models. */
export const feedReader = (db: Pick<Queries, 'any'>): FeedReader => ({
  comments: (mocId, limit) =>
    db.any<PublicComment>(
      `select id as "commentId", state->>'text' as text, state->>'writtenAt' as "writtenAt",
         state->>'editedAt' as "editedAt"
       from moc_comments where moc_id = $<mocId> and not hidden
       order by created_at desc, id desc limit $<limit>`,
      { mocId, limit },
    ),

  publishedBy: (builder, limit) =>
    db.any<PublishedMoc>(
      `select id as "mocId", published->>'title' as title, published->>'description' as description,
         published->>'author' as author, version, published_at as "publishedAt",
         coalesce(version_published_at, published_at) as "versionPublishedAt"
       from moc_catalogue where owner = $<builder> and status = 'published'
       order by coalesce(version_published_at, published_at) desc, id desc limit $<limit>`,
      { builder, limit },
    ),
});
