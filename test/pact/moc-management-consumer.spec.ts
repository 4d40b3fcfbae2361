import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MatchersV3, PactV4 } from '@pact-foundation/pact';
import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { serviceClient } from '@lego-moc/resilience/http-client';
import { galleryOverHttp } from '../../contexts/moc-management/adapters/gallery/gallery-over-http.ts';
import { galleryContract, UNKNOWN_ITEM } from './moc-management-gallery.ts';
import { expectOnRecord } from './providers.ts';

const { regex } = MatchersV3;
const { consumer, provider, expectations, knownId } = galleryContract;

const SIGNED_TOKEN = 'header.payload.signature';
const HEADERS = { 'x-service-context': regex('^[\\w-]+\\.[\\w-]+\\.[\\w-]+$', SIGNED_TOKEN) };

describe('MOC management as a client of the gallery', function () {
  this.timeout(30_000);
  const dir = mkdtempSync(join(tmpdir(), 'pact-'));
  const pact = new PactV4({ consumer, provider, dir, logLevel: 'error' });

  after(() => rmSync(dir, { recursive: true, force: true }));

  for (const { state, name, method, path, query = {}, status, reply } of expectations)
    it(`understands the answer to ${name}`, async () => {
      await pact
        .addInteraction()
        .given(state)
        .uponReceiving(name)
        .withRequest(method, path, (request) => {
          request.query(query).headers(HEADERS);
        })
        .willRespondWith(status, (answer) => {
          answer.jsonBody(reply);
        })
        .executeTest(async ({ url: baseUrl }) => {
          const sign = () => Promise.resolve({ 'x-service-context': SIGNED_TOKEN });
          const client = serviceClient({ service: provider, baseUrl, sign, logger: silentLogger });
          const failures: unknown[] = [];
          const gallery = galleryOverHttp(client, (error) => void failures.push(error));
          try {
            const kind = path.includes('albums') ? 'album' : 'image';
            const existing = await gallery.existing(kind, [knownId, UNKNOWN_ITEM], 'ada' as UserId, newId());
            expect([existing, failures]).to.deep.equal([new Set([knownId]), []]);
          } finally {
            await client.close();
          }
        });
    });

  it('matches the contract on record', () => {
    expectOnRecord(galleryContract, dir);
  });
});
