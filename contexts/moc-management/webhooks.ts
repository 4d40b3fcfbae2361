import { randomBytes } from 'node:crypto';
import { Router } from 'express';
import { z } from 'zod';
import { pollUntil } from '@lego-moc/application/poll-until';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { PROFILE_EVENTS, profilePayload } from '@lego-moc/profile/contracts/integration-events';
import { localSecret } from '@lego-moc/sealing/local-secret';
import { listItems, masterKeys } from '@lego-moc/sealing/master-keys';
import type { ScopeWith } from '@lego-moc/service/run-context';
import { dataDirSetting, keysFolder } from '@lego-moc/service/settings';
import { webhookCodec } from './adapters/event-store/webhook-codec.ts';
import { webhookRoutes, webhookSecretRoutes, type WebhookRoutes } from './adapters/http/webhooks.route.ts';
import { postgresSealedValues, sealedValueMigration } from './adapters/postgres/postgres-sealed-values.ts';
import { webhookDeliveryMigration } from './adapters/postgres/webhook-tables.ts';
import { mocWebhooks } from './adapters/read-models/moc-webhooks.ts';
import { webhookReader } from './adapters/read-models/webhook-reader.ts';
import { urlRefusal } from './adapters/receivers/url-refusal.ts';
import type { SealedValues } from './application/ports/sealed-values.ts';
import type { VersionReading } from './application/version-reading.ts';
import { readWebhookHistory, type WebhookHistory } from './application/webhooks/webhook-history.ts';
import {
  sweepSealedValues,
  webhooksId,
  webhooksOfUsers,
  type WebhooksOfUsers,
} from './application/webhooks/webhooks-of-users.ts';

import { declareWebhookDelivery, webhookDeliveries, type DeliveryNeeds } from './webhook-delivery.ts';
import { webhooksDecider } from './domain/webhooks.ts';

export const webhookSettings = {
  ...dataDirSetting,
  /** Base64 of 32 bytes each, comma-separated: the first one seals URLs and secrets, the others still open them. Unset: kept beside the data. */
  WEBHOOK_MASTER_KEYS: z.string().optional().transform(listItems),
  /** Where messages may be sent: `any` also to http and private addresses, for development and tests. */
  WEBHOOK_TARGETS: z.enum(['public', 'any']).default('public'),
};

/** As the Standard Webhooks recommend, between 24 and 64 bytes. */
const SECRET_BYTES = 32;

/** A read model that is further behind has other troubles; the webhook is there nevertheless. */
const MATCHING_WITHIN_MS = 5_000;

const SWEEP_EVERY_MS = 3_600_000;

type WebhookScope = ScopeWith<typeof webhookSettings>;

const sealedValues = (it: WebhookScope): SealedValues => {
  const { WEBHOOK_MASTER_KEYS: keys, LEGO_MOC_DATA_DIR: dataDir } = it.settings;
  const masters = masterKeys(keys ?? [localSecret(keysFolder(dataDir), 'moc-management.webhook-key')]);
  it.migrate([sealedValueMigration, webhookDeliveryMigration]);
  return postgresSealedValues(it.db, masters);
};

const followErasures = (it: WebhookScope, webhooks: Pick<WebhooksOfUsers, 'erase'>): void => {
  const source = { stream: PROFILE_EVENTS, payload: profilePayload };
  it.onIntegrationEvent('moc-management-webhook-owners', source, async ({ payload, cause }) => {
    if (payload.status !== 'erased') return;
    await webhooks.erase(payload.userId as UserId, payload.erasedAt as Instant, cause);
  });
};

const awaitMatching =
  (it: WebhookScope): WebhookRoutes['awaitMatching'] =>
  async (user, revision) => {
    const reader = webhookReader(it.db);
    const isThere = async (): Promise<boolean> => ((await reader.revisionOf(webhooksId(user))) ?? -1n) >= revision;
    await pollUntil('the read model of webhooks', isThere, Boolean, MATCHING_WITHIN_MS).catch((error: unknown) =>
      it.logger.warn('Events may not reach a webhook yet', { error }),
    );
  };

export type WebhookDependencies = Pick<DeliveryNeeds, 'interests' | 'comments' | 'mocs' | 'load'> & {
  readonly versions: Pick<VersionReading, 'mocOf'>;
};

/**
 * Declares webhooks, the delivery of their messages, and their erasure with their user. Returns the routes that show a secret, which must not be stored
 * for repetitions, the others, and the history for exports.
 */
export const declareWebhooks = (
  it: WebhookScope,
  { versions, ...sources }: WebhookDependencies,
): { readonly secretRoutes: Router; readonly routes: Router; readonly history: WebhookHistory } => {
  const values = sealedValues(it);
  const deliveries = webhookDeliveries(it);
  const streams = it.streams('mocWebhooks', webhookCodec, webhooksDecider);
  const webhooks = webhooksOfUsers({
    ...{ streams, values, deliveries, now: it.clock },
    newSecret: () => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`,
  });
  const { WEBHOOK_TARGETS: targets } = it.settings;
  it.project(mocWebhooks, webhookCodec);
  followErasures(it, webhooks);
  it.every(SWEEP_EVERY_MS, 'The sweep of sealed values', sweepSealedValues(values, webhooks.latest));
  const dependencies: WebhookRoutes = {
    ...{ webhooks, versions, interests: sources.interests, awaitMatching: awaitMatching(it) },
    urlRefusal: urlRefusal(targets),
  };
  const deliveryRoutes = declareWebhookDelivery(it, { ...sources, webhooks, values, deliveries, targets });
  return {
    secretRoutes: webhookSecretRoutes(dependencies),
    routes: Router().use(webhookRoutes(dependencies), deliveryRoutes),
    history: readWebhookHistory(streams, values),
  };
};
