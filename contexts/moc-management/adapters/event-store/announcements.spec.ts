import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { mocPayload, type LivingMocPayload } from '../../contracts/integration-events.ts';
import type { AttachedFile, FileId, JobId, MocEvent, MocId, PartsListId } from '../../domain/moc-events.ts';
import { announceMoc } from './announcements.ts';

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const mocId = newId() as MocId;
const partsListId = newId() as PartsListId;
const [bricks, newer] = [newId(), newId()] as FileId[] as [FileId, FileId];
const [job, newerJob] = [newId(), newId()] as JobId[] as [JobId, JobId];
const count = { lots: 1, pieces: 4, unknownParts: 0, unknownColours: 0 };
const details = { title: 'Crane', description: '', theme: '', tags: [] };
const file = (fileId: FileId): AttachedFile => ({
  ...{ fileId, kind: 'parts-list', name: 'a.csv', mediaType: 'text/csv', sizeBytes: 1, sha256: fileId },
});
const versionPublished = (version: number): MocEvent => ({
  type: 'VersionPublished',
  data: { mocId, version, publishedAt: noon },
});

const draftEvents: readonly MocEvent[] = [
  { type: 'MocDrafted', data: { mocId, owner: 'ada' as UserId, draftedAt: noon, ...details } },
  { type: 'FileAttached', data: { mocId, file: file(bricks) } },
  { type: 'PartsListed', data: { mocId, list: { partsListId, title: 'Parts', fileId: bricks, jobId: job } } },
  { type: 'PartsCounted', data: { mocId, partsListId, count } },
];
const replacementEvents: readonly MocEvent[] = [
  { type: 'MocRetitled', data: { mocId, title: 'Steam crane' } },
  { type: 'FileAttached', data: { mocId, file: file(newer) } },
  { type: 'PartsReplacementListed', data: { mocId, partsListId, replacement: { fileId: newer, jobId: newerJob } } },
  { type: 'PartsReplaced', data: { mocId, partsListId, count: { ...count, pieces: 7 } } },
  { type: 'FileDetached', data: { mocId, fileId: bricks } },
];

/** The payload of each event. */
const payloadsOf = async (events: readonly MocEvent[]): Promise<readonly LivingMocPayload[]> => {
  const streams = inMemoryStreams<MocEvent>('moc', () => noon);
  const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
  await streams.append(mocId, events, 'no-stream', cause);
  const announce = announceMoc(streams);
  const payloads: LivingMocPayload[] = [];
  for (const [index, { type, data }] of events.entries()) {
    const deliveredEvent = { stream: `moc-${mocId}`, revision: BigInt(index), type, data };
    for (const { payload } of await announce(deliveredEvent as unknown as Parameters<typeof announce>[0]))
      payloads.push(mocPayload.parse(payload) as LivingMocPayload);
  }
  return payloads;
};

describe('announcing changes of a published MOC', () => {
  it('shows other contexts the last version until the next one is published', async () => {
    const payloads = await payloadsOf([...draftEvents, versionPublished(1), ...replacementEvents, versionPublished(2)]);
    const essence = payloads.slice(draftEvents.length).map(({ title, totalPieces, version, changed, files }) => ({
      ...{ title, totalPieces, version, isChanged: changed.length > 0, files: files.map(({ fileId }) => fileId) },
    }));
    const first = { title: 'Crane', totalPieces: 4, version: 1, files: [bricks] };
    expect(essence).to.deep.equal([
      { ...first, isChanged: true },
      ...replacementEvents.map(() => ({ ...first, isChanged: false })),
      { title: 'Steam crane', totalPieces: 7, version: 2, isChanged: true, files: [newer] },
    ]);
  });

  it('names colours and parts of the counted lists, of a published MOC those of its version', async () => {
    const recount = (colour: string, part: string): MocEvent => ({
      type: 'PartsCounted',
      data: {
        ...{ mocId, partsListId },
        count: { ...count, composition: { colours: [{ id: '4', name: colour, pieces: 4 }], parts: [part] } },
      },
    });
    const payloads = await payloadsOf([
      ...draftEvents,
      recount('Red', '3001'),
      versionPublished(1),
      recount('Tan', '3002'),
      versionPublished(2),
    ]);
    const compositions = payloads
      .slice(draftEvents.length - 1)
      .map(({ colours, parts }) => [colours?.[0]?.name, parts?.[0]]);
    const [red, tan] = [
      ['Red', '3001'],
      ['Tan', '3002'],
    ];
    expect(compositions).to.deep.equal([[undefined, undefined], red, red, red, tan]);
  });

  it('names files that it holds besides, and releases no job of a version', async () => {
    const payloads = await payloadsOf([...draftEvents, versionPublished(1), ...replacementEvents, versionPublished(2)]);
    expect(payloads.at(-2)?.otherFiles).to.deep.equal([newer]);
    expect(payloads.at(-1)?.otherFiles).to.deep.equal([bricks]);
    expect(payloads.flatMap(({ releasedJobs = [] }) => releasedJobs)).to.deep.equal([]);
  });

  it('shows a draft as it is, and releases its replaced jobs', async () => {
    const payloads = await payloadsOf([...draftEvents, ...replacementEvents]);
    expect(payloads.at(-1)).to.deep.include({ status: 'draft', title: 'Steam crane', totalPieces: 7 });
    expect(payloads.flatMap(({ releasedJobs = [] }) => releasedJobs)).to.deep.equal([job]);
  });
});
