/** Decides which file is read next: small ones early, and no owner at the expense of another. */
export interface ReadingQueue {
  /** Runs `work` when it is the turn of the file. */
  run<Result>(file: { readonly owner: string; readonly size: number }, work: () => Promise<Result>): Promise<Result>;
}
