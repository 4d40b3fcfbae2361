import { addToComposition, compositionOf, emptyComposition, type Composition } from '../domain/composition.ts';
import type { AttemptId, JobId } from '../domain/file-job-events.ts';
import type { Catalogue, Release } from './ports/catalogue.ts';
import type { LotResolution } from './ports/lot-resolution.ts';

type CompositionSources = { readonly catalogue: Catalogue; readonly resolution: Pick<LotResolution, 'lots'> };

/** The colours and parts of stored lots, as a release of the catalogue has them. */
export const compositionReader =
  ({ catalogue, resolution }: CompositionSources) =>
  async (jobId: JobId, attemptId: AttemptId, release: Release): Promise<Composition> => {
    let composition = emptyComposition;
    for await (const lots of resolution.lots(jobId, attemptId, 'all')) {
      const extract = await catalogue.lookUp(
        release,
        lots.flatMap(({ part }) => part ?? []),
      );
      composition = addToComposition(composition, lots, extract);
    }
    return compositionOf(composition);
  };
