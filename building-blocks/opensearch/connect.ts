import { Client } from '@opensearch-project/opensearch';

export type { Client as OpenSearch } from '@opensearch-project/opensearch';

/** Time limit for writes and new indexes on a busy cluster; searches set their own. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * A client that opens connections when they are needed. It repeats nothing: a failed write is repeated by the
 * subscription, and a search has no time for a second attempt. `url` may hold a user and a password.
 */
export const connectOpenSearch = (url: string): Client =>
  new Client({ node: url, requestTimeout: REQUEST_TIMEOUT_MS, maxRetries: 0 });
