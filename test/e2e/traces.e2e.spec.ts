import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { awaitCounts, awaitSearchHit } from '@lego-moc/local/demo-steps';
import { mocReply, type MocReply } from '@lego-moc/moc-management/contracts/http-api';
import { skipWithout } from '@lego-moc/testing/real-component';
import { hasZipkin, startZipkin, type Zipkin, type ZipkinSpan } from '@lego-moc/testing/zipkin-for-tests';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';
import { requestsAs } from './requests.ts';

const TRACED_WITHIN_MS = 60_000;
const SAMPLES = join(import.meta.dirname, '../../infra/local/samples');

/** In user names, titles and file names of the upload: must be in no span. */
const CANARY = `canary${randomBytes(6).toString('hex')}`;

/** The steps of an upload, each of the service that records it. */
const STEPS = [
  'gateway: post /api/mocs',
  'moc-management: post /v1/mocs/with-files',
  'moc-management: append mocupload',
  'moc-management: post file-storage',
  'file-storage: post /internal/v1/upload',
  'file-storage: append file',
  'moc-management: append moc',
  'moc-management: handle moc-management-moc-catalogue',
  'moc-management: publish moc.created',
  'search: handle search-moc-index',
  'file-processing: append filejob',
  'file-processing: get file-storage',
  'file-processing: publish file-processing.completed',
];

const titleForm = async (): Promise<FormData> => {
  const form = new FormData();
  const blob = async (name: string, type?: string): Promise<Blob> =>
    new Blob([await readFile(join(SAMPLES, name))], type === undefined ? {} : { type });
  form.set('title', `${CANARY} crane`);
  form.set('description', `Mail ${CANARY}@example.org`);
  form.set('instructionsFile', await blob('harbour-crane-instructions.pdf', 'application/pdf'), `${CANARY}.pdf`);
  form.append('partsLists', await blob('harbour-crane-parts.csv'), `${CANARY}.csv`);
  return form;
};

describe('the trace of an upload', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  const traceId = randomBytes(16).toString('hex');
  const clientSpanId = randomBytes(8).toString('hex');
  let zipkin: Zipkin;
  let platform: TestPlatform;
  let spans: readonly ZipkinSpan[] = [];

  const upload = async (): Promise<MocReply> => {
    const reply = await requestsAs(platform, CANARY)('/api/mocs/with-files', {
      method: 'POST',
      body: await titleForm(),
      headers: { traceparent: `00-${traceId}-${clientSpanId}-01`, cookie: `session=${CANARY}` },
    });
    expect(reply.status, await reply.clone().text()).to.equal(201);
    return mocReply.parse(await reply.json());
  };

  const missingSteps = (candidates: readonly ZipkinSpan[]): readonly string[] => {
    const steps = new Set(candidates.map(({ localEndpoint, name }) => `${localEndpoint.serviceName}: ${name}`));
    return STEPS.filter((step) => !steps.has(step));
  };

  before(async function () {
    if (!hasZipkin()) skipWithout(this, 'Zipkin', 'put the jar of io.zipkin:zipkin-server where .ci/run puts it');
    zipkin = await startZipkin();
    platform = await startPlatform({
      OTEL_TRACES_EXPORTER: 'zipkin',
      OTEL_EXPORTER_ZIPKIN_ENDPOINT: zipkin.spansUrl,
      OTEL_BSP_SCHEDULE_DELAY: '200',
    });
    const moc = await upload();
    const gateway = await platform.signedInAs(CANARY);
    await Promise.all([awaitCounts(gateway, moc, () => undefined), awaitSearchHit(gateway, moc)]);
    let latest: readonly ZipkinSpan[] = [];
    spans = await pollUntil(
      'The trace is complete',
      async () => (latest = await zipkin.trace(traceId)),
      (soFar) => missingSteps(soFar).length === 0,
      TRACED_WITHIN_MS,
    ).catch(() => latest);
  });
  after(async () => {
    await (platform as TestPlatform | undefined)?.stop();
    (zipkin as Zipkin | undefined)?.stop();
  });

  it('has each step of the gateway and all services', () => {
    expect(missingSteps(spans)).to.deep.equal([]);
  });

  it('is one tree below the request of the client', async () => {
    const all = await pollUntil(
      'Every parent has arrived',
      () => zipkin.trace(traceId),
      (soFar) => {
        const ids = new Set([clientSpanId, ...soFar.map(({ id }) => id)]);
        return soFar.every(({ parentId = '' }) => ids.has(parentId));
      },
      TRACED_WITHIN_MS,
    );
    expect(all.filter(({ parentId }) => parentId === clientSpanId).map(({ name }) => name)).to.deep.equal([
      'post /api/mocs',
    ]);
  });

  it('leads from the read model of search back to the gateway', () => {
    const byId = new Map(spans.map((span) => [span.id, span]));
    const chain: string[] = [];
    const hit = spans.find(({ name }) => name === 'handle search-moc-index');
    for (let span = hit; span !== undefined; span = byId.get(span.parentId ?? ''))
      chain.push(span.localEndpoint.serviceName);

    expect([...new Set(chain)]).to.deep.equal(['search', 'moc-management', 'gateway']);
  });

  it('holds nothing that the user typed, and no credentials', async () => {
    const everything = await zipkin.everything();
    expect(everything).to.include(traceId);
    for (const secret of [CANARY, 'Bearer', 'eyJ', '@example.org', 'harbour-crane'])
      expect(everything).not.to.include(secret);
  });
});
