/**
 * Loaded before the main file of every child of the launcher. A service stops gracefully by itself when the launcher is
 * gone; this file ends a child that cannot: still starting, stuck, or without such a listener.
 */
const GRACE_MS = 12_000;

const exitAfterGrace = (): void => {
  // A timer of its own would keep a process alive that has nothing left to do.
  setTimeout(() => process.exit(1), GRACE_MS).unref();
};

process.once('disconnect', exitAfterGrace);
