import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { catchUp } from '@lego-moc/event-store/catch-up';
import type { DeliveredEvent, Source } from '@lego-moc/event-store/delivered-event';
import type { Definition } from './definition.ts';
import { createFiller, type FillCounts } from './fill.ts';
import type { HiddenRows, ReadModelStore } from './read-model-store.ts';

/** The progress of a rebuild. */
export type Progress = FillCounts & {
  readonly phase: 'filling' | 'indexing' | 'swapping' | 'done';
  readonly elapsedMs: number;
};

const placeIn = (source: Source, { revision, position }: DeliveredEvent): bigint =>
  'stream' in source ? revision : position;

/** Reads the sources of a projection from their beginning, and at each further call from where the last one ended. */
export const createReader = (client: EventStoreClient, definition: Definition, onBatch: () => void) => {
  const filler = createFiller(definition, onBatch);
  const places = new Map<Source, bigint>();
  return {
    counts: filler.counts,
    readOn: async (into: HiddenRows): Promise<void> => {
      for (const source of definition.sources) {
        for await (const deliveredEvent of catchUp(client, { source, from: places.get(source) ?? 'start' })) {
          places.set(source, placeIn(source, deliveredEvent));
          await filler.add(into, deliveredEvent);
        }
      }
      await filler.flush(into);
    },
  };
};

/**
 * Builds the read model again from the first event on, beside the rows that readers see, and shows it when it is
 * complete. Live messages continue meanwhile and wait only for the last moment, in which the events recorded during the
 * rebuild are added. A stream with an event that cannot be read keeps its row from before that event and is counted as
 * failed. Throws `RebuildRunning`, `EventStoreUnavailable`; then nothing has changed.
 */
export const rebuildReadModel = (
  client: EventStoreClient,
  store: ReadModelStore,
  definition: Definition,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<Progress> => {
  const beganAt = performance.now();
  return store.build(definition, async (build) => {
    const report = (phase: Progress['phase']): Progress => {
      const progress = { phase, ...reader.counts(), elapsedMs: Math.round(performance.now() - beganAt) };
      onProgress(progress);
      return progress;
    };
    const reader = createReader(client, definition, () => void report('filling'));
    await reader.readOn(build);
    report('indexing');
    await build.index();
    await reader.readOn(build);
    report('swapping');
    await build.publish((rows) => reader.readOn(rows));
    return report('done');
  });
};
