import { expect } from 'chai';
import { parse } from 'content-disposition';
import fc from 'fast-check';
import { attachmentDisposition, safeFileName } from './content-disposition.ts';

describe('naming a download', () => {
  it('keeps an ordinary name', () => {
    expect(attachmentDisposition('Castle v2.pdf')).to.equal('attachment; filename="Castle v2.pdf"');
  });

  it('encodes names beyond ASCII in both forms', () => {
    expect(attachmentDisposition('Château–部品.csv')).to.equal(
      "attachment; filename=Ch_teau___.csv; filename*=UTF-8''Ch%C3%A2teau%E2%80%93%E9%83%A8%E5%93%81.csv",
    );
  });

  it('removes path segments and leading dots', () => {
    expect(safeFileName('../../etc/passwd')).to.equal('_.._etc_passwd');
    expect(safeFileName('..\\..\\boot.ini')).to.equal('_.._boot.ini');
    expect(safeFileName('.bashrc')).to.equal('bashrc');
  });

  it('removes controls that reverse text', () => {
    expect(safeFileName('list\u202Efdp.exe')).to.equal('listfdp.exe');
  });

  it('names an empty name `file`', () => {
    for (const name of ['', '...', '\r\n', '\u200B']) expect(safeFileName(name)).to.equal('file');
  });

  it('is one printable line of ASCII that cannot end the header early, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const header = attachmentDisposition(name);
        expect(header).to.match(/^attachment; filename=[\x20-\x7e]+$/u);
        expect(parse(header).parameters['filename']).to.equal(safeFileName(name));
      }),
    );
  });
});
