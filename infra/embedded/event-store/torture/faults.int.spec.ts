import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent, NO_STREAM, StreamNotFoundError } from '@eventstore/db-client';
import { expect } from 'chai';
import { bricksSorted, bytes, freshStream, ids, readStream, refusalOf } from '../contract/events.ts';
import { freePort, startNodeProcess, type NodeProcess } from '../contract/node-process.ts';
import { eventually, sleep, within } from '../contract/waiting.ts';
import { mountSmallDisk } from './small-disk.ts';
import { tamperWith, tracingImpossible } from './tracer.ts';

/** How long a tampered call stands still: the node is killed while it does. */
const STANDSTILL_US = 700_000;
const STANDSTILL_MS = STANDSTILL_US / 1_000;

type Patient = { readonly directory: string; readonly port: number; node: NodeProcess; client: EventStoreDBClient };

const admitted = new Set<Patient>();
let tracers: (() => Promise<void>)[] = [];

const admit = async (directory = mkdtempSync(join(tmpdir(), 'event-store-faults-'))): Promise<Patient> => {
  const port = await freePort();
  const node = await startNodeProcess({ args: ['--db', directory, '--port', String(port)] });
  const patient = { directory, port, node, client: EventStoreDBClient.connectionString(node.connectionString) };
  admitted.add(patient);
  return patient;
};

const kill = async (patient: Patient) => {
  await patient.node.end('SIGKILL');
  await patient.client.dispose();
};

const revive = async (patient: Patient) => {
  patient.node = await startNodeProcess({ args: ['--db', patient.directory, '--port', String(patient.port)] });
  patient.client = EventStoreDBClient.connectionString(patient.node.connectionString);
};

const tamper = async (patient: Patient, injection: string) => {
  const heal = await tamperWith(patient.node.pid, injection);
  tracers.push(heal);
  return heal;
};

const discharge = async (patient: Patient) => {
  await kill(patient);
  admitted.delete(patient);
  rmSync(patient.directory, { recursive: true, force: true });
};

const isStored = async (client: EventStoreDBClient, stream: string): Promise<boolean> => {
  try {
    return (await readStream(client, stream)).length > 0;
  } catch (refusal) {
    if (refusal instanceof StreamNotFoundError) return false;
    throw refusal;
  }
};

const impossible = tracingImpossible();
const itWithTracer = (outcome: string, test: (this: Mocha.Context) => Promise<void>) =>
  impossible === undefined ? it(outcome, test).timeout(60_000) : it(`${outcome} (skipped: ${impossible})`);

/** A test that fails leaves nobody behind. */
const dischargeAll = async () => {
  for (const heal of tracers) await heal();
  tracers = [];
  for (const patient of admitted) await discharge(patient);
};

describe('a node that dies between storing and acknowledging', () => {
  afterEach('discharge', dischargeAll);

  /** Kills the node while the nth write of a commit stands still, the write itself being done. */
  const interrupted = async (patient: Patient, write: number) => {
    const stream = freshStream('interrupted');
    const events = bricksSorted(3);
    await patient.client.appendToStream(freshStream('before'), bricksSorted(1));
    await tamper(patient, `pwrite64:delay_exit=${STANDSTILL_US}`);
    let acknowledged = false;
    const append = patient.client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
    append.then(
      () => (acknowledged = true),
      () => undefined,
    );
    await sleep(STANDSTILL_MS * (write - 0.5));
    await kill(patient);
    await revive(patient);
    return { stream, events, acknowledged, stored: await isStored(patient.client, stream) };
  };

  itWithTracer('holds the event once when the client asks again', async () => {
    const patient = await admit();
    let storedUnacknowledged = 0;
    for (const write of [1, 1, 2]) {
      const { stream, events, acknowledged, stored } = await interrupted(patient, write);
      if (acknowledged) expect(stored).to.equal(true);
      storedUnacknowledged += Number(stored && !acknowledged);
      const again = await patient.client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
      expect(again.nextExpectedRevision).to.equal(2n);
      expect(ids(await readStream(patient.client, stream))).to.deep.equal(ids(events));
    }
    expect(storedUnacknowledged, 'the moment in question was met').to.be.above(0);
    await discharge(patient);
  });

  itWithTracer('holds none of it when it dies before the commit', async () => {
    const patient = await admit();
    const stream = freshStream('cut');
    await patient.client.appendToStream(freshStream('before'), bricksSorted(1));
    await tamper(patient, `fdatasync:delay_enter=${STANDSTILL_US}`);
    patient.client.appendToStream(stream, bricksSorted(5)).catch(() => undefined);
    await sleep(STANDSTILL_MS / 2);
    await kill(patient);
    await revive(patient);
    expect(await isStored(patient.client, stream)).to.equal(false);
    await discharge(patient);
  });
});

describe('a disk that fails', () => {
  afterEach('discharge', dischargeAll);

  for (const injection of ['fdatasync:error=EIO', 'pwrite64:error=EIO', 'pwrite64:error=ENOSPC']) {
    itWithTracer(`acknowledges nothing while ${injection}, reads on, and recovers`, async () => {
      const patient = await admit();
      const kept = freshStream('kept');
      await patient.client.appendToStream(kept, bricksSorted(4));
      const heal = await tamper(patient, injection);
      const lost = freshStream('lost');
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const refusal = await within(refusalOf(patient.client.appendToStream(lost, bricksSorted(2))), 'refusal');
        expect(refusal).to.be.instanceOf(Error);
        expect(await readStream(patient.client, kept)).to.have.length(4);
      }
      await heal();
      const late = freshStream('late');
      const events = [jsonEvent({ id: randomUUID(), type: 'Healed', data: {} })];
      await eventually(() => patient.client.appendToStream(late, events, { expectedRevision: NO_STREAM }));
      expect(await isStored(patient.client, lost)).to.equal(false);
      await kill(patient);
      await revive(patient);
      expect(await readStream(patient.client, kept)).to.have.length(4);
      expect(await readStream(patient.client, late)).to.have.length(1);
      expect(await isStored(patient.client, lost)).to.equal(false);
      await discharge(patient);
    });
  }

  it('is noticed when it returns other bytes than were written', async () => {
    const patient = await admit();
    const [damaged, sound] = [freshStream('damaged'), freshStream('sound')];
    const mark = `mark-${randomUUID()}`;
    await patient.client.appendToStream(damaged, jsonEvent({ type: 'Marked', data: { mark } }));
    await patient.client.appendToStream(sound, bricksSorted(3));
    await kill(patient);
    const file = join(patient.directory, 'data.mdb');
    const content = readFileSync(file);
    const at = content.indexOf(mark);
    expect(at).to.be.above(0);
    for (let next = at; next >= 0; next = content.indexOf(mark, next + 1)) content[next] = content[next]! ^ 1;
    writeFileSync(file, content);
    await revive(patient);
    expect(await refusalOf(readStream(patient.client, damaged))).to.be.instanceOf(Error);
    expect(await readStream(patient.client, sound)).to.have.length(3);
    await discharge(patient);
  });

  it('may leave a torn tail behind the last commit', async () => {
    const patient = await admit();
    const stream = freshStream('torn');
    await patient.client.appendToStream(stream, bricksSorted(20));
    await kill(patient);
    appendFileSync(join(patient.directory, 'data.mdb'), Buffer.alloc(5_000, 0xa5));
    await revive(patient);
    expect(await readStream(patient.client, stream)).to.have.length(20);
    await patient.client.appendToStream(stream, bricksSorted(20, 20));
    expect(await readStream(patient.client, stream)).to.have.length(40);
    await discharge(patient);
  });
});

describe('a disk that is full', () => {
  afterEach('discharge', dischargeAll);

  const disk = mountSmallDisk(6);
  after(() => disk?.remove());

  const outcome = 'is answered with an error; reads go on, and appends, too, once there is room';
  if (disk === undefined) it(`${outcome} (skipped: mounting a small disk is not permitted)`);
  else {
    it(outcome, async function () {
      this.timeout(60_000);
      const patient = await admit(join(disk.path, 'data'));
      const stream = freshStream('filling');
      let stored = 0;
      const fill = async () => {
        for (; stored < 60; stored += 1) {
          await within(
            patient.client.appendToStream(stream, bytes(200_000), {
              expectedRevision: stored === 0 ? NO_STREAM : BigInt(stored - 1),
            }),
            'answer',
          );
        }
      };
      expect(await refusalOf(fill())).to.be.instanceOf(Error);
      expect(stored).to.be.within(1, 59);
      expect(await readStream(patient.client, stream)).to.have.length(stored);
      expect(await refusalOf(patient.client.appendToStream(stream, bytes(900_000)))).to.be.instanceOf(Error);

      disk.grow(64);
      await eventually(fill, 10_000);
      expect(await readStream(patient.client, stream)).to.have.length(60);
      await kill(patient);
      await revive(patient);
      expect(await readStream(patient.client, stream)).to.have.length(60);
    });
  }
});
