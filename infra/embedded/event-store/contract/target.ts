/** A server to be judged. The suite learns nothing of it but the address; only what runs it may restart it. */
export type Target = {
  /** Makes the server ready and answers with its connection string, which stays the same through every restart. */
  readonly start: () => Promise<string>;
  /** Kills the server without warning and starts it again on the same data. Absent for a server known only by URL. */
  readonly restart: (() => Promise<void>) | undefined;
  readonly stop: () => Promise<void>;
  /** Whether it is the embedded node, which survives what ends an EventStoreDB. */
  readonly isEmbedded: boolean;
};
