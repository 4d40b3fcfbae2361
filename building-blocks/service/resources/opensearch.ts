import { z } from 'zod';
import { connectOpenSearch } from '@lego-moc/opensearch/connect';
import type { Place } from '@lego-moc/read-models/opensearch/generations';
import type { Resource } from '../resource.ts';

/** OpenSearch, when `OPENSEARCH_URL` names one; `OPENSEARCH_PREFIX` separates platforms that share it. */
export const openSearch: Resource<Place | undefined> = {
  name: 'opensearch',
  open: ({ read }) => {
    const { OPENSEARCH_URL: url, OPENSEARCH_PREFIX: prefix } = read({
      OPENSEARCH_URL: z.url({ protocol: /^https?$/ }).optional(),
      OPENSEARCH_PREFIX: z
        .string()
        .regex(/^[a-z0-9][a-z0-9-]{0,60}$/)
        .default('lego-moc'),
    });
    return url === undefined ? undefined : { client: connectOpenSearch(url), prefix };
  },
  close: (place) => place?.client.close(),
};
