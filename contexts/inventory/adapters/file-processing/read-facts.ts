import { LRUCache } from 'lru-cache';
import type { Cause } from '@lego-moc/application/event-streams';
import { fileProcessingClient } from '@lego-moc/file-processing/contracts/client';
import type { SubstitutionsReply } from '@lego-moc/file-processing/contracts/substitution-api';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { CatalogueFacts, FactsOfRelease } from '../../application/ports/catalogue-facts.ts';
import { colourFamily } from '../../domain/buildability/colour-family.ts';
import { relationGraph } from '../../domain/buildability/part-relations.ts';
import { callThrough } from './call-through.ts';

/** An import of the catalogue is seen after that time at the latest. */
const FRESH_MS = 60_000;

const PAGE_LIMIT = 20_000;

const RELATIONS = { M: 'mould', P: 'print', A: 'alternate' } as const;

const toFacts = (release: string, pages: readonly SubstitutionsReply[]): FactsOfRelease => ({
  release,
  facts: {
    graph: relationGraph(
      pages
        .flatMap(({ relationships }) => relationships)
        .map(([kind, part, otherPart]) => ({ relation: RELATIONS[kind], part, otherPart })),
    ),
    families: new Map(
      pages[0]?.colours.map(({ colourId, ...colour }) => [String(colourId), colourFamily(colour)] as const),
    ),
  },
});

/** Reads the substitutes of the catalogue from the file-processing service, once for all callers. */
export const readFacts = (service: ServiceClient): CatalogueFacts => {
  const processing = fileProcessingClient(callThrough(service));

  const load = async (cause: Cause, previous: FactsOfRelease | undefined): Promise<FactsOfRelease> => {
    const { release } = await processing.substitutions({ cursor: 0, limit: 1 }, cause);
    if (release === previous?.release) return previous;
    const pages: SubstitutionsReply[] = [];
    for (let cursor: number | null = 0; cursor !== null;) {
      const page: SubstitutionsReply = await processing.substitutions({ cursor, limit: PAGE_LIMIT }, cause);
      // An import came between two pages.
      if (page.release !== release) return load(cause, previous);
      pages.push(page);
      cursor = page.nextCursor;
    }
    return toFacts(release, pages);
  };

  const cache = new LRUCache<'newest', FactsOfRelease, Cause>({
    ...{ max: 1, ttl: FRESH_MS, noDeleteOnFetchRejection: true, allowStaleOnFetchRejection: true },
    fetchMethod: (_, previous, { context }) => load(context, previous),
  });
  return {
    current: (cause, seenRelease) => {
      const isOutdated = seenRelease !== undefined && cache.peek('newest')?.release !== seenRelease;
      return cache.forceFetch('newest', { context: cause, forceRefresh: isOutdated });
    },
  };
};
