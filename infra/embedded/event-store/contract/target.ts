/** A server under test. The suite knows nothing but its address; only the target itself may restart it. */
export type Target = {
  /** Prepares the server and returns its connection string, which stays the same through every restart. */
  readonly start: () => Promise<string>;
  /** Kills the server without warning and starts it again on the same data. Absent for a server known only by URL. */
  readonly restart: (() => Promise<void>) | undefined;
  readonly stop: () => Promise<void>;
  /** Whether it is the embedded node, which survives requests that end an EventStoreDB. */
  readonly isEmbedded: boolean;
};
