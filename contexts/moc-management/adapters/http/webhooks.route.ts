import { Router, type Request } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { expectedRevision } from '@lego-moc/http/if-match';
import { createdReply, noContent, ok, problem, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { InterestsOfUsers } from '../../application/interests.ts';
import { isRefused, type VersionReading } from '../../application/version-reading.ts';
import type { ShownWebhook, WebhooksOfUsers } from '../../application/webhooks/webhooks-of-users.ts';
import type { WebhookReply } from '../../contracts/webhooks-api.ts';
import type { MocId } from '../../domain/moc-id.ts';
import type { WebhookId, WebhookSubject } from '../../domain/webhook-events.ts';
import { noSuchWebhook, refusal } from './rejection-status.ts';
import {
  addWebhook,
  changeWebhook,
  listWebhooks,
  readWebhook,
  removeWebhook,
  rotateWebhookSecret,
} from './webhook-contracts.ts';

export type WebhookRoutes = {
  readonly webhooks: Pick<WebhooksOfUsers, 'add' | 'change' | 'rotate' | 'remove' | 'of' | 'latest'>;
  readonly versions: Pick<VersionReading, 'mocOf'>;
  readonly interests: Pick<InterestsOfUsers, 'isShown'>;
  /** Why no message may be sent to a URL; `undefined` when one may. */
  readonly urlRefusal: (url: string) => string | undefined;
  /** Resolves once events reach the webhooks as they are at this revision of their user. */
  readonly awaitMatching: (user: UserId, revision: bigint) => Promise<void>;
};

export const webhookReplyOf = ({ webhookId, url, webhook }: ShownWebhook): WebhookReply => {
  const { subject, eventTypes, disabled, formerSecret, addedAt } = webhook;
  return {
    ...{ webhookId, url, subject, events: [...eventTypes], addedAt },
    status: disabled === null ? 'active' : 'disabled',
    disabled: disabled && { reason: disabled.reason, since: disabled.at },
    formerSecretEndsAt: formerSecret?.endsAt ?? null,
  };
};

const refusedUrl = (reason: string): Reply =>
  problem(422, 'webhook-url-refused', `Messages go to public https URLs only: ${reason}.`, {
    errors: [{ pointer: '/url', detail: reason }],
  });

const unknownSubject = (member: 'mocId' | 'builderId', detail: string): Reply =>
  problem(422, 'webhook-subject-not-found', detail, { errors: [{ pointer: `/subject/${member}`, detail }] });

/** Refuses what the user does not see or follow. */
const refuseSubject = async (
  { versions, interests }: Pick<WebhookRoutes, 'versions' | 'interests'>,
  user: UserId,
  subject: WebhookSubject,
): Promise<Reply | undefined> => {
  if (subject.kind === 'moc' && isRefused(await versions.mocOf(subject.mocId, user)))
    return unknownSubject('mocId', 'There is no such MOC.');
  if (subject.kind === 'builder' && !(await interests.isShown(user, 'follow', subject.builderId)))
    return unknownSubject('builderId', 'Follow the builder first.');
  return undefined;
};

const subjectOf = (subject: { kind: string; mocId?: string; builderId?: string }): WebhookSubject => {
  if (subject.mocId !== undefined) return { kind: 'moc', mocId: subject.mocId as MocId };
  if (subject.builderId !== undefined) return { kind: 'builder', builderId: subject.builderId as UserId };
  return { kind: 'own-mocs' };
};

const findWebhook = async (
  { webhooks }: Pick<WebhookRoutes, 'webhooks'>,
  request: Request,
  id: string,
): Promise<ShownWebhook | undefined> =>
  (await webhooks.of(userOf(request).id)).find(({ webhookId }) => webhookId === id);

/**
 * The routes whose replies have a secret. They stand before the store of replies, where it would lie in clear text: a
 * repetition is recognised by the id of its command instead.
 */
export const webhookSecretRoutes = (dependencies: WebhookRoutes): Router => {
  const { webhooks, urlRefusal, awaitMatching } = dependencies;
  return Router().use(
    route(addWebhook, async ({ request, body: { url, events: eventTypes, subject: wantedSubject } }) => {
      const { id: user } = userOf(request);
      const reason = urlRefusal(url);
      if (reason !== undefined) return refusedUrl(reason);
      const subject = subjectOf(wantedSubject);
      const subjectRefusal = await refuseSubject(dependencies, user, subject);
      if (subjectRefusal !== undefined) return subjectRefusal;
      const outcome = await webhooks.add(user, { url, subject, eventTypes }, causeOf(request));
      if (isRejection(outcome)) return refusal(outcome);
      const webhook = await findWebhook(dependencies, request, outcome.webhookId);
      if (webhook === undefined) return noSuchWebhook;
      if (outcome.revision !== 'no-stream') await awaitMatching(user, outcome.revision);
      return createdReply(`/v1/webhooks/${outcome.webhookId}`, { ...webhookReplyOf(webhook), secret: outcome.secret });
    }),

    route(rotateWebhookSecret, async ({ request, params: { webhookId } }) => {
      const outcome = await webhooks.rotate(userOf(request).id, webhookId as WebhookId, causeOf(request));
      if (isRejection(outcome)) return refusal(outcome);
      const { secret, formerEndsAt: formerSecretEndsAt } = outcome;
      return createdReply(`/v1/webhooks/${webhookId}`, { webhookId, secret, formerSecretEndsAt });
    }),
  );
};

/** The other routes of a user's webhooks. */
export const webhookRoutes = (dependencies: WebhookRoutes): Router => {
  const { webhooks, urlRefusal, awaitMatching } = dependencies;
  return Router().use(
    route(listWebhooks, async ({ request }) =>
      ok({ webhooks: (await webhooks.of(userOf(request).id)).map(webhookReplyOf) }),
    ),

    route(readWebhook, async ({ request, params: { webhookId } }) => {
      const { revision } = await webhooks.latest(userOf(request).id);
      const webhook = await findWebhook(dependencies, request, webhookId);
      if (webhook === undefined) return noSuchWebhook;
      return ok(webhookReplyOf(webhook), revision === 'no-stream' ? {} : { etag: revision });
    }),

    route(changeWebhook, async ({ request, params: { webhookId }, body: { url, events: eventTypes, status } }) => {
      const { id: user } = userOf(request);
      const reason = url === undefined ? undefined : urlRefusal(url);
      if (reason !== undefined) return refusedUrl(reason);
      const change = {
        ...(url === undefined ? {} : { url }),
        ...(eventTypes === undefined ? {} : { eventTypes }),
        ...(status === undefined ? {} : { isActive: status === 'active' }),
      };
      const expected = expectedRevision(request);
      const outcome = await webhooks.change(user, webhookId as WebhookId, change, causeOf(request), expected);
      if (isRejection(outcome)) return refusal(outcome);
      if (outcome.revision === 'no-stream') return noContent();
      await awaitMatching(user, outcome.revision);
      return noContent(outcome.revision);
    }),

    route(removeWebhook, async ({ request, params: { webhookId } }) => {
      const outcome = await webhooks.remove(userOf(request).id, webhookId as WebhookId, causeOf(request));
      return isRejection(outcome) ? refusal(outcome) : noContent();
    }),
  );
};
