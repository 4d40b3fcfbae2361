import { Client } from '@opensearch-project/opensearch';

export type { Client as OpenSearch } from '@opensearch-project/opensearch';

/** What is written or built may take this long on a busy cluster; searches say themselves how long they wait. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * A client that opens connections when they are needed. It repeats nothing: whoever writes is repeated by the
 * subscription, and whoever searches has no time for a second attempt. `url` may hold a user and a password.
 */
export const connectOpenSearch = (url: string): Client =>
  new Client({ node: url, requestTimeout: REQUEST_TIMEOUT_MS, maxRetries: 0 });
