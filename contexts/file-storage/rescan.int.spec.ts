import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { z } from 'zod';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import { integrationEnvelope } from '@lego-moc/event-store/integration-events';
import { readStreamEvents } from '@lego-moc/event-store/read-stream';
import { isRejection } from '@lego-moc/kernel/decider';
import { ownClamdForTests, type OwnClamd } from '@lego-moc/testing/clamd-for-tests';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { isInstalled, skipWithout } from '@lego-moc/testing/real-component';
import type { FileStorage } from './contracts/client.ts';
import { FILE_STORAGE_EVENTS, fileWithdrawnPayload } from './contracts/integration-events.ts';
import { someCause } from './testing/service-for-tests.ts';
import { serviceProcess, type ServiceProcess } from './testing/service-process.ts';

const CLEAN = 'Part,Color,Quantity\n3001,4,8\n';
/** Nothing is known against it on the day of its upload. */
const HARMFUL = 'Part,Color,Quantity\n3001,4,8\n3002,4,8\n';
const VIRUS = 'Lego.Test.Latecomer';

/** As ClamAV writes signatures by hash: MD5, size, name. */
const hashSignature = (content: string): string =>
  `${createHash('md5').update(content).digest('hex')}:${Buffer.byteLength(content)}:${VIRUS}`;

const report = z.object({
  scanned: z.int(),
  withdrawn: z.array(z.object({ fileId: z.string(), infectedWith: z.string() })),
});

const withdrawal = integrationEnvelope(fileWithdrawnPayload);

describe('scanning stored files again with a real clamd', function () {
  this.timeout(60_000);
  if (!isInstalled('clamd')) {
    it('withdraws what a later signature knows', function () {
      skipWithout(this, 'clamd', 'install clamav-daemon');
    });
    return;
  }

  let service: ServiceProcess;
  let clamd: OwnClamd;
  let eventStoreUrl: string;
  let storage: FileStorage;
  before(async () => {
    service = await serviceProcess();
    clamd = (await ownClamdForTests())!;
    eventStoreUrl = (await eventStoreForTests()).url;
    ({ storage } = await service.start(eventStoreUrl, { CLAMAV_URL: clamd.url }));
  });
  after(() => service.remove());

  const owner = `rescan-${newId()}`;
  const upload = async (content: string): Promise<string> => {
    const body = new PassThrough().end(content);
    const file = { fileId: newId(), owner, purpose: 'parts-list', name: 'crane.csv', body } as const;
    const result = await storage.uploadFile(file, someCause());
    if (isRejection(result)) throw new Error(result.because);
    return file.fileId;
  };

  /** The exit code of the command line, and its report. */
  const rescan = () =>
    new Promise<{ readonly code: unknown; readonly report: z.infer<typeof report> }>((resolve, reject) => {
      const env = { ...service.environment(eventStoreUrl, {}), CLAMAV_URL: clamd.url };
      execFile(process.execPath, [join(import.meta.dirname, 'storage-rescan.ts')], { env }, (error, stdout, stderr) => {
        if (stdout === '') reject(new Error(stderr));
        else resolve({ code: error?.code ?? 0, report: report.parse(JSON.parse(stdout)) });
      });
    });

  const announcedWithdrawals = async () => {
    const { client } = await eventStoreForTests();
    const payloads: z.infer<typeof fileWithdrawnPayload>[] = [];
    for await (const { type, data } of readStreamEvents(client, FILE_STORAGE_EVENTS)) {
      if (type !== 'file.withdrawn') continue;
      const { payload } = withdrawal.parse(data);
      if (payload.owner === owner) payloads.push(payload);
    }
    return payloads;
  };

  it('withdraws what a signature of a later day knows, announces it to its owner’s MOCs, and keeps the rest', async () => {
    const [cleanId, infectedId] = [await upload(CLEAN), await upload(HARMFUL)];
    expect((await rescan()).report.withdrawn).to.deep.equal([]);

    await clamd.addSignatures('later.hdb', [hashSignature(HARMFUL)]);
    const { code, report: findings } = await pollUntil(
      'the daemon knows the signature',
      rescan,
      ({ report: { withdrawn } }) => withdrawn.length > 0,
    );
    expect(code).to.equal(1);
    expect(findings.withdrawn).to.have.length(1);
    expect(findings.withdrawn[0]?.fileId).to.equal(infectedId);
    expect(findings.withdrawn[0]?.infectedWith).to.include(VIRUS);

    expect(await storage.openContent(infectedId)).to.include({ rejected: 'file-discarded' });
    expect(await storage.describe(cleanId)).to.include({ fileId: cleanId });
    const [payload, ...others] = await pollUntil(
      'the withdrawal is announced',
      announcedWithdrawals,
      (payloads) => payloads.length > 0,
    );
    expect(payload).to.include({ fileId: infectedId, owner, purpose: 'parts-list' });
    expect(others).to.deep.equal([]);
    expect((await rescan()).code).to.equal(0);
  });
});
