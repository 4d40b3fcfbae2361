import type { z } from 'zod';
import type { Logger } from '@lego-moc/logger/logger';
import type { ServiceName } from '../routing/routes.ts';

const FRESH_MS = 30_000;
const TIMEOUT_MS = 2_000;

/** A document of each service; `undefined` while the service has not been reached yet. */
export type Documents<Document> = Readonly<Partial<Record<ServiceName, Document | undefined>>>;

type Kind = {
  /** Where a service serves it. */
  readonly path: string;
  /** The least that it must have: a malformed document of one service must not take down the others' pages. */
  readonly shape: z.ZodType;
};

type CachedDocument<Document> = { readonly document: Document | undefined; readonly askedAt: number };

/**
 * The documents that services publish about themselves, fetched at most every thirty seconds. A service that is down
 * keeps its last document.
 */
export const serviceDocuments = <Document>(
  origins: Readonly<Record<ServiceName, string>>,
  { path, shape }: Kind,
  logger: Logger,
): (() => Promise<Documents<Document>>) => {
  const documents = new Map<ServiceName, CachedDocument<Document>>();

  const ask = async (service: ServiceName, origin: string): Promise<Document | undefined> => {
    const before = documents.get(service);
    if (before !== undefined && performance.now() - before.askedAt < FRESH_MS) return before.document;
    try {
      const reply = await fetch(new URL(path, origin), { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!reply.ok) throw new Error(`answered ${reply.status}`);
      const document = shape.parse(await reply.json()) as Document;
      documents.set(service, { document, askedAt: performance.now() });
      return document;
    } catch (error) {
      logger.debug('Service did not describe itself', { service, path, error });
      return before?.document;
    }
  };

  return async () => {
    const requests = Object.entries(origins).map(
      async ([service, origin]) => [service, await ask(service, origin)] as const,
    );
    return Object.fromEntries(await Promise.all(requests));
  };
};
