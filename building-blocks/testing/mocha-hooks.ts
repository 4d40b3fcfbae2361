/** Nothing that a test started outlives the run: whatever was opened through `openedFor` is closed here. */
const closers: (() => Promise<void>)[] = [];

/** Registers how to close a thing that lives as long as the test run (a server, a database, a folder). */
export const closeAfterAllTests = (close: () => Promise<void>): void => {
  closers.push(close);
};

export const mochaHooks = {
  async afterAll(): Promise<void> {
    for (const close of closers.splice(0).reverse()) await close();
  },
};
