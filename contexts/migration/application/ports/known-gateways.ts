/** The gateways that asked lately, for the next start of the service: their writes may still be in flight. */
export interface KnownGateways {
  /** Those that were remembered within the last two minutes. */
  load(): Promise<readonly string[]>;
  remember(instance: string): Promise<void>;
}
