import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { expect } from 'chai';
import { bricksSorted, bytes, freshStream, ids, readStream, refusalOf } from '../contract/events.ts';
import { eventually, sleep, within } from '../contract/waiting.ts';
import { damage } from './damage.ts';
import {
  admit,
  discharge,
  dischargeAll,
  isStored,
  itWithTracer,
  kill,
  revive,
  tamper,
  type Patient,
} from './patients.ts';
import { mountSmallDisk } from './small-disk.ts';

/** How long a tampered call stands still: the node is killed while it does. */
const STANDSTILL_US = 700_000;
const STANDSTILL_MS = STANDSTILL_US / 1_000;

describe('a node that dies between storing and acknowledging', () => {
  afterEach('discharge', dischargeAll);

  /** What is written from then on is what the test asks for. */
  const atRest = async (patient: Patient) => {
    const stream = freshStream('before');
    await patient.client.appendToStream(stream, bricksSorted(1));
    const tables = join(patient.directory, 'data.mdb');
    await eventually(() => expect(readFileSync(tables).includes(stream)).to.equal(true));
  };

  /** Kills the node while the nth write of an append stands still, the write itself being done. */
  const interrupted = async (patient: Patient, write: number) => {
    const stream = freshStream('interrupted');
    const events = bricksSorted(3);
    await atRest(patient);
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
    await atRest(patient);
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
    await patient.client.appendToStream(damaged, bricksSorted(1));
    await patient.client.appendToStream(damaged, jsonEvent({ type: 'Marked', data: { mark } }));
    await patient.client.appendToStream(sound, bricksSorted(3));
    await kill(patient);
    expect(damage(patient.directory, mark)).to.not.be.empty;
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
