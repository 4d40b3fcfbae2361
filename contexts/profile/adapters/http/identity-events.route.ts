import express, { Router, type Request } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { exactRouter } from '@lego-moc/http/exact-router';
import { noContent, problem } from '@lego-moc/http/respond';
import { rejectUnstorableText } from '@lego-moc/http/storable-text';
import { refuse } from '@lego-moc/http/problem';
import { route } from '@lego-moc/http/route-contract';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ApplyIdentityChange, IdentityChange } from '../../application/identity-changes.ts';
import type { JudgeWebhook, WebhookVerdict } from '../../application/ports/webhooks.ts';
import { identityEvent, type IdentityEvent } from '../../contracts/http-api.ts';
import { receiveIdentityEvent } from './contracts.ts';

const BYTES_MAX = 64 * 1024;
const UTF_8 = new TextDecoder('utf-8', { fatal: true });

const REFUSALS: Record<Exclude<WebhookVerdict, 'genuine'>, ReturnType<typeof problem>> = {
  unsigned: problem(401, 'webhook-unsigned', 'Send webhook-id, webhook-timestamp and webhook-signature.'),
  forged: problem(401, 'webhook-signature-wrong', 'The signature does not fit the message.'),
  expired: problem(401, 'webhook-expired', 'The message was signed too long ago, or in the future.'),
};

const changeIn = ({ type, timestamp, data }: IdentityEvent): IdentityChange => {
  const asOf = timestamp as Instant;
  const userId = data.userId as UserId;
  return type === 'user.deleted' ? { kind: 'deleted', userId, asOf } : { kind: 'known', ...data, userId, asOf };
};

const parseBody = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(UTF_8.decode(body));
  } catch {
    return refuse(400, 'malformed-json', 'The body is not valid JSON in UTF-8.');
  }
};

/** Parsed here and not by the route, since the signature covers the bytes; validated by the same rules. */
const eventIn = (body: Uint8Array): IdentityEvent => {
  const event = parseBody(body);
  rejectUnstorableText(event);
  return identityEvent.parse(event);
};

const headersOf = (request: Request) => ({
  id: request.get('webhook-id'),
  timestamp: request.get('webhook-timestamp'),
  signature: request.get('webhook-signature'),
});

/** Webhooks of the Auth Service about its users. Authenticated by their signature alone, without a token. */
export const identityEventRoutes = (judge: JudgeWebhook, applyChange: ApplyIdentityChange): Router =>
  Router().use(
    exactRouter().post(receiveIdentityEvent.path, express.raw({ type: () => true, limit: BYTES_MAX })),

    route(receiveIdentityEvent, async ({ request }) => {
      const body: unknown = request.body;
      const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
      const headers = headersOf(request);
      const verdict = judge(headers, bytes);
      if (verdict !== 'genuine') return REFUSALS[verdict];
      const cause = causeOf(request);
      const commandId = derivedId('identity event', headers.id ?? '');
      await applyChange(changeIn(eventIn(bytes)), { ...cause, commandId, actor: 'auth-service' });
      return noContent();
    }),
  );
