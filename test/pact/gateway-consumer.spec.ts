import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MatchersV3, PactV4 } from '@pact-foundation/pact';
import { expect } from 'chai';
import { startGateway } from '../../gateway/testing/gateway-for-tests.ts';
import { mediaTypeOf, wireBody } from './expectation.ts';
import { expectOnRecord, GATEWAY_CONTRACTS } from './providers.ts';

const { like, regex } = MatchersV3;

/** Headers that every service may rely on: the signed user context and the correlation id. */
const CONTEXT = {
  'x-user-context': regex('^[\\w-]+\\.[\\w-]+\\.[\\w-]+$', 'header.payload.signature'),
  'x-user-id': like('ada'),
  'x-correlation-id': like('c-1'),
};

for (const { consumer, provider, expectations } of GATEWAY_CONTRACTS) {
  describe(`the gateway as a client of ${provider}`, function () {
    this.timeout(30_000);
    const dir = mkdtempSync(join(tmpdir(), 'pact-'));
    const pact = new PactV4({ consumer, provider, dir, logLevel: 'error' });

    after(() => rmSync(dir, { recursive: true, force: true }));

    for (const { state, name, method, path, query = {}, headers = {}, body, status, reply } of expectations) {
      it(`passes on ${name} and its answer`, async () => {
        await pact
          .addInteraction()
          .given(state)
          .uponReceiving(name)
          .withRequest(method, path, (request) => {
            request.query(query).headers({ ...CONTEXT, ...headers });
            if (body instanceof Uint8Array) request.body(mediaTypeOf(body), Buffer.from(body));
            else if (body !== undefined) request.jsonBody(body);
          })
          .willRespondWith(status, (answer) => {
            if (reply === undefined) return;
            if (reply === 'a picture') answer.headers({ 'Content-Type': 'image/webp' });
            else if (status < 400) answer.jsonBody(reply);
            else answer.headers({ 'Content-Type': 'application/problem+json' }).jsonBody(reply);
          })
          .executeTest(async ({ url: upstream }) => {
            const gateway = await startGateway({ upstream });
            try {
              const publicUrl = new URL(path.replace(/^\/v1/, '/api'), gateway.url);
              publicUrl.search = new URLSearchParams(query).toString();
              const answer = await fetch(publicUrl, {
                method,
                headers: { ...(await gateway.bearer()), ...headers, 'content-type': mediaTypeOf(body ?? {}) },
                ...(body === undefined ? {} : { body: wireBody(body) }),
              });
              expect(answer.status).to.equal(status);
              if (reply === 'a picture') expect(answer.headers.get('content-type')).to.equal('image/webp');
            } finally {
              await gateway.stop();
            }
          });
      });
    }

    it('matches the contract on record', () => {
      expectOnRecord({ consumer, provider }, dir);
    });
  });
}
