import { NoFormerGeneration, type ReadModel, type ReadModelStore } from './read-model-store.ts';

/** The progress of going back to the former generation; `rows` are those that were compared with it. */
export type RollbackProgress = {
  readonly phase: 'copying' | 'done';
  readonly rows: number;
  readonly elapsedMs: number;
  /** The generation that readers see; in the last line only. */
  readonly generation?: number;
};

/**
 * Shows the rows from before the last rebuild to readers again, with those that have changed since. Throws
 * `RebuildRunning`, `NoFormerGeneration`; then nothing has changed.
 */
export const rollBackReadModel = async (
  store: Pick<ReadModelStore, 'rollBack'>,
  model: ReadModel,
  onProgress: (progress: RollbackProgress) => void = () => undefined,
): Promise<RollbackProgress> => {
  if (store.rollBack === undefined)
    throw new NoFormerGeneration(`The store of ${model.name} keeps no former generation; rebuild it instead`);
  const beganAt = performance.now();
  let rows = 0;
  const report = (phase: RollbackProgress['phase'], more: { readonly generation?: number } = {}): RollbackProgress => {
    const progress = { phase, rows, elapsedMs: Math.round(performance.now() - beganAt), ...more };
    onProgress(progress);
    return progress;
  };
  const { generation } = await store.rollBack(model, (pageRows) => {
    rows += pageRows;
    report('copying');
  });
  return report('done', { generation });
};
