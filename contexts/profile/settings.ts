import { z } from 'zod';
import { listItems } from '@lego-moc/sealing/master-keys';
import type { ScopeWith } from '@lego-moc/service/run-context';
import { dataDirSetting } from '@lego-moc/service/settings';
import { isWebhookSecret } from '@lego-moc/http/webhook-signature';

export const settings = {
  ...dataDirSetting,
  /** Base64 of 32 bytes each, comma-separated: the first one wraps, the others still unwrap. Unset: kept beside the data. */
  PROFILE_MASTER_KEYS: z.string().optional().transform(listItems),
  /** Shared with the Auth Service: base64 of 24 bytes or more, comma-separated while one is replaced. Unset: kept beside the data. */
  IDENTITY_WEBHOOK_SECRETS: z
    .string()
    .optional()
    .transform(listItems)
    .refine((secrets) => secrets?.every(isWebhookSecret) !== false, 'each is at least 24 bytes in base64'),
  /** The URL of the Auth Service's list of users, for reconciliation. */
  AUTH_SERVICE_URL: z.url().optional(),
  AUTH_SERVICE_TOKEN: z.string().optional(),
};

export type ProfileScope = ScopeWith<typeof settings>;
