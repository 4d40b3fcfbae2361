import { join } from 'node:path';
import { expect } from 'chai';
import { historyOf, jobOf, awaitCounts, awaitSearchHit, uploadMoc } from '@lego-moc/local/demo-steps';
import { GatewayProblem, type GatewayClient } from '@lego-moc/local/gateway-client';
import { mocReply, type MocReply } from '@lego-moc/moc-management/contracts/http-api';
import { PLATFORM_WITHIN_MS, sharedPlatform } from './platform.ts';

const samples = join(import.meta.dirname, '../../infra/local/samples');
const files = {
  instructions: join(samples, 'harbour-crane-instructions.pdf'),
  photo: join(samples, 'harbour-crane.png'),
  partsLists: [join(samples, 'harbour-crane-parts.xml'), join(samples, 'harbour-crane-parts.csv')],
};

const refusalOf = (pending: Promise<unknown>): Promise<unknown> =>
  pending.then(
    () => 'no refusal',
    (error: unknown) => (error instanceof GatewayProblem ? error.status : error),
  );

describe('creating a MOC with its files', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let gateway: GatewayClient;
  let moc: MocReply;

  before(async () => {
    gateway = await (await sharedPlatform()).signedInAs('grace');
    const { moc: uploadedMoc } = await uploadMoc(gateway, 'Harbour crane', files);
    [moc] = await Promise.all([
      awaitCounts(gateway, uploadedMoc, () => undefined),
      awaitSearchHit(gateway, uploadedMoc),
    ]);
  });

  it('counts the pieces of every parts list, whatever its format', () => {
    expect(moc.partsLists.map(({ status, lots, pieces }) => ({ status, lots, pieces }))).to.deep.equal([
      { status: 'counted', lots: 10, pieces: 49 },
      { status: 'counted', lots: 10, pieces: 49 },
    ]);
    expect(moc.totalPieces).to.equal(98);
  });

  it('reports unknown parts by their lines', async () => {
    const unknown = await Promise.all(
      moc.partsLists.map(async ({ jobId }) => (await jobOf(gateway, jobId)).result?.unknownParts),
    );

    expect(unknown.map((parts) => parts?.first.map(({ line, partNumber }) => ({ line, partNumber })))).to.deep.equal([
      [{ line: 57, partNumber: 'HOOK-77' }],
      [{ line: 11, partNumber: 'HOOK-77' }],
    ]);
  });

  it('stores all the files', () => {
    expect(moc.files.map(({ kind, name }) => `${kind} ${name}`)).to.have.members([
      'instruction harbour-crane-instructions.pdf',
      'thumbnail harbour-crane.webp',
      'parts-list harbour-crane-parts.xml',
      'parts-list harbour-crane-parts.csv',
    ]);
  });

  it('appends its events in order', async () => {
    const history = await historyOf(gateway, moc.mocId);

    expect(history.map(({ revision }) => revision)).to.deep.equal(history.map((_, index) => String(index)));
    expect(new Set(history.map(({ correlationId }) => correlationId)).size).to.equal(1);
  });

  it('takes the next free title for another one', async () => {
    const { moc: again } = await uploadMoc(gateway, 'Harbour crane', files);
    expect(again.title).to.equal('Harbour crane 2');
  });

  it('answers 404 to other builders while it is a draft', async () => {
    const bob = await (await sharedPlatform()).signedInAs('bob');
    expect(await refusalOf(bob.get(`/api/mocs/${moc.mocId}`, mocReply))).to.be.oneOf([403, 404]);
  });
});
