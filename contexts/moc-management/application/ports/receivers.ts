/** A signed message, as Standard Webhooks forms it. */
export type SignedMessage = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What came of sending a message. Without a status there was no answer, and `failure` says why, by a short name. */
export type Answer = {
  readonly status: number | null;
  readonly failure: string | null;
  readonly durationMs: number;
  /** What the receiver asks for by `Retry-After`. */
  readonly retryAfterMs: number | null;
};

/** Takes a slot of a destination; `undefined` when all are taken. */
export type TakeSlot = (destination: string) => (() => void) | undefined;

/** Nothing was sent, since messages to other hosts take all slots of the addresses; `busy` is the destination to wait for. */
export type Postponement = { readonly busy: string };

/** Where messages go. */
export interface Receivers {
  /** The host behind a URL, as a name that reveals nothing: messages to one host share its limit. */
  destinationOf(url: string): string;
  /**
   * Sends a message once, with a slot of each address that it may go to; follows no redirect and reads no body. Answers
   * within ten seconds and never throws, unless `signal` aborts.
   */
  post(
    url: string,
    message: SignedMessage,
    options: { readonly signal: AbortSignal; readonly takeSlot: TakeSlot },
  ): Promise<Answer | Postponement>;
}
