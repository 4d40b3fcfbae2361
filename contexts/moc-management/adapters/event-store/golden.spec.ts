import { join } from 'node:path';
import { expect } from 'chai';
import { goldenData, testGoldenFiles } from '@lego-moc/testing/golden';
import { commentCodec, commenterCodec } from './comment-codecs.ts';
import { interestsCodec } from './interests-codec.ts';
import { linkedItemCodec } from './linked-item-codec.ts';
import { mocCodec } from './moc-codec.ts';
import { mocUploadCodec } from './moc-upload-codec.ts';
import { ownerCodec } from './owner-codec.ts';
import { readingCodec } from './reading-codec.ts';
import { setNumberCodec } from './set-number-codec.ts';
import { titleCodec } from './title-codec.ts';
import { webhookCodec } from './webhook-codec.ts';

const anyCodec = {
  decode: (name: string, data: unknown) =>
    mocCodec.decode(name, data) ??
    titleCodec.decode(name, data) ??
    setNumberCodec.decode(name, data) ??
    ownerCodec.decode(name, data) ??
    mocUploadCodec.decode(name, data) ??
    linkedItemCodec.decode(name, data) ??
    interestsCodec.decode(name, data) ??
    commentCodec.decode(name, data) ??
    commenterCodec.decode(name, data) ??
    webhookCodec.decode(name, data) ??
    readingCodec.decode(name, data),
};

const folder = join(import.meta.dirname, 'golden');

describe('stored forms of events', () => {
  testGoldenFiles(folder, anyCodec, { forms: 79 });

  it('decodes UploadReceived of more files and of another file for a parts list', () => {
    const { receivedAt } = goldenData(folder, 'moc-management.UploadReceived') as { receivedAt: string };
    const intents = [
      { kind: 'add', partsListTitle: 'Wheels' },
      { kind: 'replace', partsListId: '0190d1c5-6f00-7000-8000-000000000003' },
      { kind: 'replace', partsListId: '0190d1c5-6f00-7000-8000-000000000003', revision: '7' },
    ];
    for (const intent of intents)
      expect(mocUploadCodec.decode('moc-management.UploadReceived', { intent, receivedAt })?.data).to.deep.equal({
        intent,
        receivedAt,
      });
  });

  it('decodes MocDrafted of a set', () => {
    const name = 'moc-management.MocDrafted';
    const set = { brand: 'LEGO', number: '10255', releaseYear: 2017, retired: false };
    const data = { ...(goldenData(folder, name) as object), subtheme: 'Modular', author: 'Grace', set };
    expect(mocCodec.decode(name, data)?.data).to.deep.equal(data);
  });

  it('decodes MocDrafted of a fork, and the upload of one', () => {
    const name = 'moc-management.MocDrafted';
    const data = goldenData(folder, name) as { mocId: string; owner: string };
    const parent = { mocId: data.mocId, version: 2, relation: 'fork' };
    const credits = [{ ...parent, title: 'Crane', owner: data.owner, licence: 'cc-by-4.0' }];
    const fork = { ...data, licence: 'cc-by-4.0', lineage: credits };
    expect(mocCodec.decode(name, fork)?.data).to.deep.equal(fork);
    const intent = { kind: 'create', title: 'Fork', description: '', theme: '', tags: [], parent };
    const upload = { ...(goldenData(folder, 'moc-management.UploadReceived') as object), intent };
    expect(mocUploadCodec.decode('moc-management.UploadReceived', upload)?.data).to.deep.equal(upload);
  });

  it('decodes PartsCounted with colours and parts', () => {
    const name = 'moc-management.PartsCounted';
    const { count, ...data } = goldenData(folder, name) as { count: object };
    const composition = { colours: [{ id: '4', name: 'Red', pieces: 300 }], parts: ['3001'] };
    const composedCount = { ...data, count: { ...count, composition } };
    expect(mocCodec.decode(name, composedCount)?.data).to.deep.equal(composedCount);
  });

  it('decodes CopiesPlanned with what is said and was decided about a list', () => {
    const name = 'moc-management.CopiesPlanned';
    const { copies } = goldenData(folder, name) as { copies: readonly object[] };
    const more = { listDescription: 'Six per side', sourceJob: '0190d1c5-6f00-7000-8000-000000000004' };
    const data = { copies: copies.map((copy) => ({ ...copy, ...more })) };
    expect(mocUploadCodec.decode(name, data)?.data).to.deep.equal(data);
  });

  it('decodes FileReceived with the original of a converted image', () => {
    const name = 'moc-management.FileReceived';
    const data = { ...(goldenData(folder, name) as object), sent: { name: 'crane.jpg', sha256: 'b'.repeat(64) } };
    expect(mocUploadCodec.decode(name, data)?.data).to.deep.equal(data);
  });
});
