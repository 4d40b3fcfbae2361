import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { MatchersV3, PactV4 } from '@pact-foundation/pact';
import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { Cause } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { serviceClient, type ServiceClient } from '@lego-moc/resilience/http-client';
import { fileProcessingLotsReader } from '../../contexts/moc-management/adapters/file-processing/file-processing-lots-reader.ts';
import { fileProcessingPartsReader } from '../../contexts/moc-management/adapters/file-processing/file-processing-parts-reader.ts';
import { storedFiles } from '../../contexts/moc-management/adapters/file-storage/stored-files.ts';
import type { FileId, JobId, MocId, PartsListId } from '../../contexts/moc-management/domain/moc-events.ts';
import type { Contract } from './expectation.ts';
import { KNOWN_JOB, NEW_JOB, processingContract, SUBMISSION, UNKNOWN_JOB } from './moc-management-processing.ts';
import { COPY, KNOWN_FILE, NEW_FILE, storageContract, UNKNOWN_FILE } from './moc-management-storage.ts';
import { expectOnRecord } from './providers.ts';

const { regex } = MatchersV3;

const SIGNED_TOKEN = 'header.payload.signature';
const HEADERS = { 'x-service-context': regex('^[\\w-]+\\.[\\w-]+\\.[\\w-]+$', SIGNED_TOKEN) };
const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];
const cause = (): Cause => ({ commandId: newId(), correlationId: newId(), actor: ada });

/** What MOC management asks, and what it makes of the answer: each in the order of its contract. */
type Question = readonly [ask: (client: ServiceClient) => Promise<unknown>, understood: RegExp];

const STORAGE: readonly Question[] = [
  [
    (client) =>
      storedFiles(client).store(
        {
          ...{ fileId: NEW_FILE as FileId, owner: ada, roles: ['builder'], kind: 'parts-list', name: 'crane.csv' },
          content: Readable.from([]),
        },
        cause(),
      ),
    /"rejected":"empty-file"/,
  ],
  [(client) => storedFiles(client).find(KNOWN_FILE as FileId, ada), /^\{"kind":"parts-list","name":"crane.csv"\}$/],
  [(client) => storedFiles(client).find(UNKNOWN_FILE as FileId, ada), /^nothing$/],
  [
    (client) => {
      const copy = { fileId: COPY as FileId, source: KNOWN_FILE as FileId, owner: ada, sourceOwner: bob };
      return storedFiles(client).copy({ ...copy, roles: ['builder'] }, cause());
    },
    /"sizeBytes":\d+/,
  ],
  [(client) => storedFiles(client).downloadUrl(KNOWN_FILE as FileId, 'crane.csv'), /"url":"http/],
  [(client) => storedFiles(client).discard(KNOWN_FILE as FileId, cause()), /^nothing$/],
];

const { fileId, fileName, reference } = SUBMISSION;
const list = { partsListId: reference.partsListId as PartsListId, title: 'All', fileId: fileId as FileId };
const PROCESSING: readonly Question[] = [
  [
    (client) =>
      fileProcessingPartsReader(client).request(
        { mocId: reference.mocId as MocId, owner: ada, list: { ...list, jobId: NEW_JOB as JobId }, fileName },
        cause(),
      ),
    /^nothing$/,
  ],
  [
    (client) => {
      const copy = { ...list, jobId: NEW_JOB as JobId, sameAs: KNOWN_JOB as JobId };
      return fileProcessingPartsReader(client).request(
        { mocId: reference.mocId as MocId, owner: ada, list: copy, fileName },
        cause(),
      );
    },
    /^nothing$/,
  ],
  [(client) => fileProcessingPartsReader(client).result(KNOWN_JOB as JobId, cause()), /^"pending"$/],
  [(client) => fileProcessingPartsReader(client).result(UNKNOWN_JOB as JobId, cause()), /^nothing$/],
  [(client) => fileProcessingLotsReader(client).lots(UNKNOWN_JOB as JobId, cause()), /^nothing$/],
];

const CONTRACTS: readonly (readonly [Contract, readonly Question[]])[] = [
  [storageContract, STORAGE],
  [processingContract, PROCESSING],
];

for (const [contract, questions] of CONTRACTS) {
  const { consumer, provider, expectations } = contract;
  describe(`MOC management as a client of ${provider}`, function () {
    this.timeout(30_000);
    const dir = mkdtempSync(join(tmpdir(), 'pact-'));
    const pact = new PactV4({ consumer, provider, dir, logLevel: 'error' });

    after(() => rmSync(dir, { recursive: true, force: true }));

    for (const [index, expectation] of expectations.entries()) {
      const { state, name, method, path, query = {}, body, status, reply } = expectation;
      it(`understands the answer to ${name}`, async () => {
        const [ask, understood] = questions[index] ?? [() => Promise.reject(new Error('Nobody asks that')), /^$/];
        await pact
          .addInteraction()
          .given(state)
          .uponReceiving(name)
          .withRequest(method, path, (request) => {
            request.query(query).headers(HEADERS);
            if (body !== undefined) request.jsonBody(body);
          })
          .willRespondWith(status, (answer) => {
            if (reply === undefined) return;
            if (status >= 400) answer.headers({ 'Content-Type': 'application/problem+json' });
            answer.jsonBody(reply);
          })
          .executeTest(async ({ url: baseUrl }) => {
            const sign = () => Promise.resolve({ 'x-service-context': SIGNED_TOKEN });
            const client = serviceClient({ service: provider, baseUrl, sign, logger: silentLogger });
            try {
              const answer = await ask(client);
              expect(answer === undefined ? 'nothing' : JSON.stringify(answer)).to.match(understood);
            } finally {
              await client.close();
            }
          });
      });
    }

    it('matches the contract on record', () => {
      expectOnRecord(contract, dir);
    });
  });
}
