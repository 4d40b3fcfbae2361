import { expect } from 'chai';
import { systemClock } from '@lego-moc/application/clock';
import { after } from '@lego-moc/kernel/instant';
import { isRejection } from '@lego-moc/kernel/decider';
import { newId } from '@lego-moc/application/new-id';
import type { Instant } from '@lego-moc/kernel/message';
import type { FileId } from '../domain/file-events.ts';
import { serviceForTests, someCause, type ServiceForTests } from '../testing/service-for-tests.ts';

const LIST = 'Part,Color,Quantity\n3001,4,8\n';

const inAMinute = (): Instant => after(systemClock(), 60_000);

const upload = async (service: ServiceForTests, fileId: string): Promise<number> => {
  const query = new URLSearchParams({ fileId, owner: 'ada', purpose: 'parts-list', name: 'a.csv' });
  const reply = await fetch(`${service.url}/internal/v1/upload?${String(query)}`, { method: 'POST', body: LIST });
  await reply.body?.cancel();
  return reply.status;
};

const bytes = async function* (): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(LIST));
};

describe('sweeping up after uploads', () => {
  let service: ServiceForTests;

  beforeEach(async () => {
    service = await serviceForTests();
  });

  it('removes bytes that no event names, and says so in the file’s stream', async () => {
    const fileId = newId();
    await service.objects.put(`${fileId}/${newId()}`, bytes());
    expect(await service.sweep({ before: inAMinute() })).to.deep.equal({ orphans: 1, unfinished: 0 });
    expect(await service.storedKeys()).to.deep.equal([]);
    expect(await service.eventTypes(fileId)).to.deep.equal(['UploadAbandoned']);
  });

  it('leaves stored files alone', async () => {
    await upload(service, newId());
    expect(await service.sweep({ before: inAMinute() })).to.deep.equal({ orphans: 0, unfinished: 0 });
    expect(await service.storedKeys()).to.have.length(1);
  });

  it('leaves alone what somebody may still be uploading', async () => {
    await service.objects.put(`${newId()}/${newId()}`, bytes());
    expect(await service.sweep({ before: after(systemClock(), -60_000) })).to.deep.equal({ orphans: 0, unfinished: 0 });
    expect(await service.storedKeys()).to.have.length(1);
  });

  it('passes over what an earlier sweep has seen', async () => {
    await service.objects.put(`${newId()}/${newId()}`, bytes());
    const range = { since: inAMinute(), before: after(systemClock(), 120_000) };
    expect(await service.sweep(range)).to.deep.equal({ orphans: 0, unfinished: 0 });
  });

  it('removes the bytes of a file whose discarding was cut short', async () => {
    const fileId = newId();
    await upload(service, fileId);
    const discarded = {
      type: 'FileDiscarded',
      data: { fileId: fileId as FileId, discardedAt: systemClock() },
    } as const;
    await service.streams.append(fileId, [discarded], 'any', someCause());
    await service.sweep({ before: inAMinute() });
    expect(await service.storedKeys()).to.deep.equal([]);
  });

  it('leaves the id to the next attempt', async () => {
    const fileId = newId();
    await service.objects.put(`${fileId}/${newId()}`, bytes());
    await service.sweep({ before: inAMinute() });
    expect(await upload(service, fileId)).to.equal(201);
    await service.sweep({ before: inAMinute() });
    expect(await service.storedKeys()).to.have.length(1);
  });

  it('tells an upload that was too slow, and never lets it be recorded without its bytes', async () => {
    const slow = await serviceForTests({
      wrapHandle: (handle) => async (id, command, cause, expected) => {
        if (command.type === 'StoreFile') await slow.sweep({ before: inAMinute() });
        return handle(id, command, cause, expected);
      },
    });
    const fileId = newId();
    expect(await upload(slow, fileId)).to.equal(409);
    expect(await slow.eventTypes(fileId)).to.deep.equal(['UploadAbandoned']);
    expect(await slow.storedKeys()).to.deep.equal([]);
  });

  it('leaves bytes whose recording has an unknown outcome until it is known', async () => {
    const uncertain = await serviceForTests({
      wrapHandle: (handle) => async (id, command, cause, expected) => {
        const outcome = await handle(id, command, cause, expected);
        if (command.type === 'StoreFile' && !isRejection(outcome))
          throw Object.assign(new Error('connection lost'), { name: 'EventStoreUnavailable' });
        return outcome;
      },
    });
    const fileId = newId();
    expect(await upload(uncertain, fileId)).to.equal(503);
    await uncertain.sweep({ before: inAMinute() });
    expect(await uncertain.storedKeys()).to.have.length(1);
    expect(await uncertain.eventTypes(fileId)).to.deep.equal(['FileStored']);
  });

  it('removes the bytes of whoever comes second', async () => {
    const fileId = newId();
    await upload(service, fileId);
    const late = `${fileId}/${newId()}`;
    await service.objects.put(late, bytes());
    await service.sweep({ before: inAMinute() });
    expect((await service.storedKeys()).includes(late)).to.equal(false);
    expect(await service.storedKeys()).to.have.length(1);
  });
});
