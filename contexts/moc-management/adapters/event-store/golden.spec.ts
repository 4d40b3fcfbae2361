import { join } from 'node:path';
import { readsWhatWasWritten } from '@lego-moc/testing/golden';
import { mocCodec } from './moc-codec.ts';
import { mocUploadCodec } from './moc-upload-codec.ts';
import { ownerCodec } from './owner-codec.ts';
import { titleCodec } from './title-codec.ts';

const anyCodec = {
  decode: (name: string, data: unknown) =>
    mocCodec.decode(name, data) ??
    titleCodec.decode(name, data) ??
    ownerCodec.decode(name, data) ??
    mocUploadCodec.decode(name, data),
};

describe('reading what was once written', () => {
  readsWhatWasWritten(join(import.meta.dirname, 'golden'), anyCodec, { forms: 29 });
});
