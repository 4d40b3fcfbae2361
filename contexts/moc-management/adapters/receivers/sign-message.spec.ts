import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { Webhook } from 'standardwebhooks';
import type { Instant } from '@lego-moc/kernel/message';
import { signMessage } from './sign-message.ts';

const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const BODY = JSON.stringify({ type: 'moc.liked', timestamp: '2026-01-01T12:00:00.000Z', data: { title: 'Crâne ✓' } });

describe('signing a message', () => {
  const now = () => new Date().toISOString() as Instant;

  it('is what the library of Standard Webhooks verifies, with either secret of a rotation', () => {
    const secrets = [newSecret(), newSecret()];
    const { headers, body } = signMessage(now)('message-1', BODY, secrets);
    for (const secret of secrets)
      expect(new Webhook(secret).verify(body, { ...headers })).to.deep.equal(JSON.parse(BODY));
  });

  it('fails there with another secret, another body or another id', () => {
    const secret = newSecret();
    const { headers, body } = signMessage(now)('message-1', BODY, [secret]);
    const verify = (key: string, text: string, more: object = {}) =>
      new Webhook(key).verify(text, { ...headers, ...more });
    expect(() => verify(newSecret(), body)).to.throw();
    expect(() => verify(secret, `${body} `)).to.throw();
    expect(() => verify(secret, body, { 'webhook-id': 'message-2' })).to.throw();
  });
});
