import { expect } from 'chai';
import { after } from '@lego-moc/kernel/instant';
import type { Instant } from '@lego-moc/kernel/message';
import { isWebhookSecret, webhookSignature } from '@lego-moc/http/webhook-signature';
import { signedWebhooks } from './signed-webhooks.ts';

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const timestamp = String(Date.parse(noon) / 1_000);
const id = 'msg_1';
const body = Buffer.from('{"type":"user.deleted"}');
const secret = 'whsec_Ynlnb25lcyBhcmUgYnlnb25lcyBhbmQgYnJpY2tzIGFyZQ==';
const otherSecret = 'YW5vdGhlciBzZWNyZXQsIGxvbmcgZW5vdWdo';
const signature = webhookSignature(secret, id, timestamp, body);

const judge = (now = noon, secrets = [secret]) => signedWebhooks(secrets, () => now);
const headers = { id, timestamp, signature };

describe('verifying a signed webhook', () => {
  it('accepts one that is signed as Standard Webhooks specifies', () => {
    expect(judge()(headers, body)).to.equal('genuine');
    // The example of the specification, https://www.standardwebhooks.com
    const exampleBody = '{"test": 2432232314}';
    expect(
      webhookSignature(
        'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
        'msg_p5jXN8AQM9LWM0D4loKWxJek',
        '1614265330',
        Buffer.from(exampleBody),
      ),
    ).to.equal('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('accepts any of several signatures, and any of several secrets', () => {
    expect(judge()({ ...headers, signature: `v1,AAAA v1a,${signature.slice(3)} ${signature}` }, body)).to.equal(
      'genuine',
    );
    expect(judge(noon, [otherSecret, secret])(headers, body)).to.equal('genuine');
  });

  for (const [label, change] of [
    ['another id', { id: 'msg_2' }],
    ['another time', { timestamp: String(Number(timestamp) + 1) }],
    ['another signature', { signature: 'v1,AAAA' }],
    ['another version of signature', { signature: signature.replace('v1,', 'v2,') }],
    ['no version', { signature: signature.slice(3) }],
  ] as const)
    it(`refuses one with ${label} as forged`, () => {
      expect(judge()({ ...headers, ...change }, body)).to.equal('forged');
    });

  it('refuses another body, and another secret, as forged', () => {
    expect(judge()(headers, Buffer.from('{"type":"user.deleted" }'))).to.equal('forged');
    expect(judge(noon, [otherSecret])(headers, body)).to.equal('forged');
    expect(judge(noon, [])(headers, body)).to.equal('forged');
  });

  for (const missing of ['id', 'timestamp', 'signature'])
    it(`refuses one without ${missing} as unsigned`, () => {
      expect(judge()({ ...headers, [missing]: undefined }, body)).to.equal('unsigned');
    });

  it('refuses one from more than five minutes ago or ahead', () => {
    for (const [ms, verdict] of [
      [300_000, 'genuine'],
      [300_001, 'expired'],
      [-300_000, 'genuine'],
      [-300_001, 'expired'],
    ] as const)
      expect(judge(after(noon, ms))(headers, body)).to.equal(verdict);
  });

  it('refuses an invalid time, although it is signed', () => {
    for (const strange of ['', '-1', '1e9', '99999999999999'])
      expect(
        judge()({ id, timestamp: strange, signature: webhookSignature(secret, id, strange, body) }, body),
      ).to.equal('expired');
  });
});

/** 24 bytes, and one less. */
const [ENOUGH, TOO_FEW] = ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaQ='];

describe('a secret for webhooks', () => {
  for (const good of [ENOUGH, `whsec_${ENOUGH}`, secret])
    it(`may be ${good}`, () => {
      expect(isWebhookSecret(good)).to.equal(true);
    });

  for (const bad of [
    '',
    'whsec_',
    'whsec_****',
    '***',
    TOO_FEW,
    `whsec_${TOO_FEW}`,
    `${ENOUGH} `,
    `${ENOUGH}*`,
    `${ENOUGH}=`,
  ])
    it(`may not be “${bad}”`, () => {
      expect(isWebhookSecret(bad)).to.equal(false);
      expect(() => judge(noon, [secret, bad])).to.throw(/24 bytes/);
    });
});
