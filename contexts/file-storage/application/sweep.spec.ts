import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { systemClock } from '@lego-moc/application/clock';
import { after } from '@lego-moc/kernel/instant';
import { isRejection, reject } from '@lego-moc/kernel/decider';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { memoryObjectStore } from '@lego-moc/object-storage/testing/memory-object-store';
import type { ContentKey, FileId } from '../domain/file-events.ts';
import { fileDecider } from '../domain/file.ts';
import { discardKey, pendingUploads } from './pending-uploads.ts';
import { storedContent } from './stored-content.ts';
import { sweepUploads } from './sweep.ts';
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

const ada = 'ada' as UserId;

/** The marker of a process that has died. */
const leaveMarker = async ({ pending }: Pick<ServiceForTests, 'pending'>, key: ContentKey): Promise<void> => {
  (await pending.begin(key, ada)).leave();
};

/** The remains of an upload that dies after its bytes are durable. Returns the key of the bytes. */
const dieBeforeRecording = async (service: ServiceForTests, fileId: string): Promise<ContentKey> => {
  const key = `${fileId}/${newId()}` as ContentKey;
  await leaveMarker(service, key);
  const space = { owner: ada, attempt: key, needed: LIST.length, preferred: LIST.length, limit: 1_000_000 };
  await service.accounts.reserve(space, someCause());
  await service.objects.put(key, bytes());
  return key;
};

describe('sweeping up after uploads', () => {
  let service: ServiceForTests;

  beforeEach(async () => {
    service = await serviceForTests();
  });

  it('deletes bytes that no event references, and records that the attempt was abandoned', async () => {
    const fileId = newId();
    await dieBeforeRecording(service, fileId);
    expect(await service.sweep({ before: inAMinute() })).to.deep.equal({ abandoned: 1, unfinished: 0 });
    expect(await service.storedKeys()).to.deep.equal([]);
    expect(await service.eventTypes(fileId)).to.deep.equal(['UploadAbandoned']);
  });

  it('leaves stored files alone, and finds no marker of theirs', async () => {
    await upload(service, newId());
    expect(await service.storedKeys()).to.have.length(1);
    expect(await service.sweep({ before: inAMinute() })).to.deep.equal({ abandoned: 0, unfinished: 0 });
    expect(await service.storedKeys()).to.have.length(1);
  });

  it('keeps the bytes of an upload that died between its event and the end of its marker', async () => {
    const fileId = newId();
    await upload(service, fileId);
    const [key = ''] = await service.storedKeys();
    await leaveMarker(service, key as ContentKey);
    expect(await service.sweep({ before: inAMinute() })).to.deep.equal({ abandoned: 0, unfinished: 0 });
    expect(await service.storedKeys()).to.deep.equal([key]);
  });

  it('keeps bytes that are younger than the limit', async () => {
    await dieBeforeRecording(service, newId());
    expect(await service.sweep({ before: after(systemClock(), -60_000) })).to.deep.equal({
      abandoned: 0,
      unfinished: 0,
    });
    expect(await service.storedKeys()).to.have.length(2);
  });

  it('keeps the marker of an upload for as long as its process renews it', async () => {
    const key = `${newId()}/${newId()}` as ContentKey;
    const work = await pendingUploads(service.objects, { renewEveryMs: 5 }).begin(key, ada);
    const began = systemClock();
    const renewedAt = async () => (await service.objects.head(`pending/${key}`))?.modifiedAt ?? began;
    await pollUntil('the marker is renewed', async () => (await renewedAt()) > began);
    expect(await service.sweep({ before: began })).to.deep.equal({ abandoned: 0, unfinished: 0 });
    expect(await service.storedKeys()).to.deep.equal([`pending/${key}`]);
    await work.end();
    expect(await service.storedKeys()).to.deep.equal([]);
  });

  it('frees the space of an upload that died while its bytes were coming', async () => {
    const key = await dieBeforeRecording(service, newId());
    await service.objects.delete(key);
    expect((await service.accounts.load(ada)).reservedBytes).to.equal(LIST.length);
    expect(await service.sweep({ before: inAMinute() })).to.deep.equal({ abandoned: 1, unfinished: 0 });
    expect(await service.accounts.load(ada)).to.include({ reservedBytes: 0, usedBytes: 0, fileCount: 0 });
    expect(await service.storedKeys()).to.deep.equal([]);
  });

  it('frees the space of an upload that died between counting and recording', async () => {
    const fileId = newId() as FileId;
    const attempt = await dieBeforeRecording(service, fileId);
    const file = { owner: ada, attempt, fileId, sha256: 'a'.repeat(64), size: LIST.length };
    await service.accounts.count(file, someCause());
    await service.sweep({ before: inAMinute() });
    expect(await service.accounts.load(ada)).to.include({ reservedBytes: 0, usedBytes: 0, fileCount: 0 });
  });

  it('deletes the bytes of a file whose discard was interrupted after its event', async () => {
    const fileId = newId() as FileId;
    await upload(service, fileId);
    await leaveMarker(service, discardKey(fileId));
    const discardEvent = { type: 'FileDiscarded', data: { fileId, discardedAt: systemClock() } } as const;
    await service.streams.append(fileId, [discardEvent], 'any', someCause());
    await service.sweep({ before: inAMinute() });
    expect((await service.storedKeys()).filter((key) => key.startsWith(fileId))).to.deep.equal([]);
  });

  it('keeps the bytes of a file whose discard was interrupted before its event', async () => {
    const fileId = newId() as FileId;
    await upload(service, fileId);
    await leaveMarker(service, discardKey(fileId));
    await service.sweep({ before: inAMinute() });
    expect((await service.storedKeys()).filter((key) => key.startsWith(fileId))).to.have.length(1);
  });

  it('frees the id for the next attempt', async () => {
    const fileId = newId();
    await dieBeforeRecording(service, fileId);
    await service.sweep({ before: inAMinute() });
    expect(await upload(service, fileId)).to.equal(201);
    await service.sweep({ before: inAMinute() });
    expect(await service.storedKeys()).to.have.length(1);
  });

  it('refuses with 409 an upload that was too slow, and never records it without its bytes', async () => {
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

  it('keeps the bytes of an upload whose event was stored although the store seemed to fail', async () => {
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

  it('deletes the bytes of the second of two attempts', async () => {
    const fileId = newId();
    await upload(service, fileId);
    const late = await dieBeforeRecording(service, fileId);
    await service.sweep({ before: inAMinute() });
    expect((await service.storedKeys()).includes(late)).to.equal(false);
    expect(await service.storedKeys()).to.have.length(1);
  });
});

describe('the cost of a sweep', () => {
  /** The requests of one sweep over a store with so many files and two dead uploads. */
  const requestsWith = async (files: number) => {
    const contents = memoryObjectStore();
    for (let index = 0; index < files; index += 1) contents.insert(`file-${index}/attempt`);
    const pending = pendingUploads(contents);
    for (const key of ['dead-1/attempt', 'dead-2/attempt']) {
      await leaveMarker({ pending }, key as ContentKey);
      contents.insert(key);
    }
    let commands = 0;
    const handle = () => {
      commands += 1;
      return Promise.resolve(reject('upload-recorded', 'for this test'));
    };
    contents.requests.length = 0;
    const accounts = { release: () => Promise.resolve(), references: () => Promise.resolve(false) };
    const load = () => Promise.resolve(fileDecider.initial);
    const sweep = sweepUploads({ contents, storedContent: storedContent(contents, accounts), pending, handle, load });
    await sweep({ before: inAMinute() });
    return { commands, requests: contents.requests.toSorted() };
  };

  it('is the same with 100,000 stored files as with none', async () => {
    const empty = await requestsWith(0);
    expect(empty.commands).to.equal(2);
    expect(await requestsWith(100_000)).to.deep.equal(empty);
  });
});
