import { expect } from 'chai';
import fc from 'fast-check';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ContentKey, FileEvent, FileId, Purpose } from './file-events.ts';
import { fileDecider, type File, type FileCommand } from './file.ts';

const fileId = 'file-1' as FileId;
const at = '2026-01-01T12:00:00Z' as Instant;
const { decide, evolve, initial } = fileDecider;

const IMAGE = { width: 4, height: 8, blurhash: 'LEHV6n', dominantColour: '#c91a09', renditions: [] };

const key = fc.constantFrom('file-1/a', 'file-1/b', 'file-1/c').map((text) => text as ContentKey);

const command: fc.Arbitrary<FileCommand> = fc.oneof(
  fc
    .record({
      key,
      sha256: fc.constantFrom('1', '2'),
      owner: fc.constantFrom('ada', 'bob').map((id) => id as UserId),
      purpose: fc.constantFrom<Purpose>('instruction', 'parts-list', 'thumbnail', 'gallery-image'),
      size: fc.constantFrom(0, 1, 30_000_000, 200_000_000),
      mediaType: fc.constantFrom('application/xml', 'text/html', 'image/png', 'application/zip'),
      infectedWith: fc.constantFrom(null, null, 'a virus'),
      name: fc.string(),
    })
    .map((data): FileCommand => ({ type: 'StoreFile', data: { ...data, fileId, storedAt: at } })),
  fc.constantFrom('ada', 'bob').map((id): FileCommand => ({
    type: 'OfferUpload',
    data: {
      ...{ fileId, owner: id as UserId, purpose: 'parts-list', name: 'a.csv', size: 1, mediaType: 'text/csv' },
      ...{ offeredAt: at, expiresAt: at },
    },
  })),
  fc.constant<FileCommand>({ type: 'ExpireOffer', data: { fileId, at } }),
  key.map((of): FileCommand => ({ type: 'AbandonUpload', data: { fileId, key: of, at } })),
  fc.constant<FileCommand>({ type: 'DiscardFile', data: { fileId, at } }),
  fc.constantFrom(IMAGE, null).map((image): FileCommand => ({ type: 'RecordProcessing', data: { fileId, image, at } })),
);

const eventsOf = (request: FileCommand, file: File): readonly FileEvent[] => {
  const decision = decide(request, file);
  return isRejection(decision) ? [] : decision;
};

/** Every history that commands can lead to. */
const history = fc.array(command, { maxLength: 12 }).map((commands) => {
  const events: FileEvent[] = [];
  let file = initial;
  for (const request of commands) {
    const next = eventsOf(request, file);
    events.push(...next);
    file = next.reduce(evolve, file);
  }
  return { events, file };
});

/** Events in any order, as no command leads to them: history is not up for debate. */
const anyEvents = fc.array(
  command.chain((request) => fc.constantFrom(...([...eventsOf(request, initial)] as FileEvent[]), undefined)),
);

describe('the laws of a file', () => {
  it('repeats an accepted command without effect', () => {
    fc.assert(
      fc.property(history, command, ({ file }, request) => {
        const first = decide(request, file);
        fc.pre(!isRejection(first));
        expect(decide(request, first.reduce(evolve, file))).to.deep.equal([]);
      }),
    );
  });

  it('stores once at most, and never after it was discarded', () => {
    fc.assert(
      fc.property(history, ({ events }) => {
        const types = events.map(({ type }) => type);
        expect(types.filter((type) => type === 'FileStored').length).to.be.at.most(1);
        if (types.includes('FileDiscarded')) expect(types.at(-1)).to.equal('FileDiscarded');
      }),
    );
  });

  it('never stores abandoned bytes, nor abandons stored ones', () => {
    fc.assert(
      fc.property(history, ({ events }) => {
        const abandonedKeys = events.flatMap((event) => (event.type === 'UploadAbandoned' ? [event.data.key] : []));
        const storedKeys = events.flatMap((event) => (event.type === 'FileStored' ? [event.data.key] : []));
        expect(abandonedKeys.filter((abandonedKey) => storedKeys.includes(abandonedKey))).to.deep.equal([]);
      }),
    );
  });

  it('folds every event stored twice to the same file', () => {
    fc.assert(
      fc.property(history, ({ events, file }) => {
        const twice = events.flatMap((event) => [event, event]);
        expect(twice.reduce(evolve, initial)).to.deep.equal(file);
      }),
    );
  });

  it('folds any events in any order', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const file = events.filter((event) => event !== undefined).reduce(evolve, initial);
        expect(['absent', 'stored', 'discarded']).to.include(file.status);
      }),
    );
  });
});
