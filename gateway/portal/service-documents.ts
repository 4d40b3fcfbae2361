import { z } from 'zod';
import type { OpenApiDocument } from '@lego-moc/http/openapi';
import type { Logger } from '@lego-moc/logger/logger';
import type { ServiceName } from '../routing/routes.ts';
import type { ServiceDocuments } from './merge-openapi.ts';

const FRESH_MS = 30_000;
const TIMEOUT_MS = 2_000;

/** A malformed document of one service must not take down the others' pages. */
const documentShape = z.looseObject({ paths: z.record(z.string(), z.looseObject({})), components: z.looseObject({}) });

type CachedDocument = { readonly document: OpenApiDocument | undefined; readonly askedAt: number };

/**
 * The OpenAPI documents of the services, fetched at most every thirty seconds. A service that is down keeps its last
 * document.
 */
export const serviceDocuments = (
  origins: Readonly<Record<ServiceName, string>>,
  logger: Logger,
): (() => Promise<ServiceDocuments>) => {
  const documents = new Map<ServiceName, CachedDocument>();

  const ask = async (service: ServiceName, origin: string): Promise<OpenApiDocument | undefined> => {
    const before = documents.get(service);
    if (before !== undefined && performance.now() - before.askedAt < FRESH_MS) return before.document;
    try {
      const reply = await fetch(new URL('/openapi.json', origin), { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!reply.ok) throw new Error(`answered ${reply.status}`);
      const document = documentShape.parse(await reply.json()) as unknown as OpenApiDocument;
      documents.set(service, { document, askedAt: performance.now() });
      return document;
    } catch (error) {
      logger.debug('Service did not describe itself', { service, error });
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
