/**
 * Writes a value unless an earlier one is still being written: then it is skipped and not queued, as EventStoreDB does
 * with checkpoints, so that what is stored may lag behind for as long as nothing else comes. A failed write is given up.
 */
export const skipWhileBusy = <Value>(write: (value: Value) => Promise<void>): ((value: Value) => void) => {
  let isBusy = false;
  return (value) => {
    if (isBusy) return;
    isBusy = true;
    write(value)
      .catch(() => undefined)
      .finally(() => (isBusy = false));
  };
};
