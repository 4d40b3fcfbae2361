/** The signature headers of a message. */
export type WebhookHeaders = {
  readonly id: string | undefined;
  /** Seconds since 1970, in decimal. */
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
};

export type WebhookVerdict = 'genuine' | 'unsigned' | 'expired' | 'forged';

/** Verifies that a message is from the Auth Service, and recent. */
export type JudgeWebhook = (headers: WebhookHeaders, body: Uint8Array) => WebhookVerdict;
