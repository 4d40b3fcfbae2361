/** What came with a message, as far as it vouches for it. */
export type WebhookHeaders = {
  readonly id: string | undefined;
  /** Seconds since 1970, in decimal. */
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
};

export type WebhookVerdict = 'genuine' | 'unsigned' | 'expired' | 'forged';

/** Whether a message is from who it should be from, and not from the past. */
export type JudgeWebhook = (headers: WebhookHeaders, body: Uint8Array) => WebhookVerdict;
