import { expect } from 'chai';
import { gzipSync } from 'node:zlib';
import { ACCEPTED_FORMATS } from '../../contracts/parsed-file.ts';
import { failureOf, refusalOf } from '../../testing/read-all.ts';
import { zipOf } from '@lego-moc/testing/zip';

const zipWith = (name: string, isLocked = false): Buffer => zipOf({ name, content: 'x', isLocked });

describe('detecting a format by content', () => {
  for (const [name, content, expected] of [
    ['nothing', '', 'empty-file'],
    ['blank lines', ' \r\n\n', 'empty-file'],
    ['a byte order mark alone', '\uFEFF', 'empty-file'],
    ['a web page', '<!doctype html>\n<html><body>Sign in</body></html>', 'html-instead-of-parts-list:1:1'],
    ['a saved web page', '<!-- saved -->\n<html lang=en><br>', 'html-instead-of-parts-list:2:1'],
    ['bytes of no kind', Buffer.from([0x20, 0x00, 0x01, 0x00, 0x00, 0x00, 0x20]), 'encoding-unreadable:1:2'],
  ] as const)
    it(`refuses ${name}`, async () => {
      expect(await refusalOf(content)).to.equal(expected);
    });

  for (const [name, content, message] of [
    [
      'an XML of Excel',
      '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook></Workbook>',
      /older Excel.*\.xlsx/,
    ],
    ['another XML', '<rss><channel/></rss>', /root element is <rss>.*<INVENTORY>/],
    ['a binary Excel workbook', zipWith('xl/workbook.bin'), /no workbook that Excel writes today.*CSV/],
    ['an old Excel workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), /older Excel.*CSV/],
    ['an OpenDocument sheet', zipWith('mimetype'), /OpenDocument/],
    ['another zip', zipWith('list.csv'), /zip archive\. Unpack it/],
    ['a zip with a password', zipWith('list.csv', true), /zip archive with a password/],
    ['a gzip', gzipSync('Part,Color,Quantity\n3001,4,2\n'), /compressed with gzip\. Unpack it/],
    ['a 7-Zip archive', Buffer.from('377abcaf271c', 'hex'), /7-Zip archive/],
    ['an RTF document', '{\\rtf1\\ansi Part,Color,Quantity}', /RTF document; save it as plain text/],
    ['a JSON object', '{"elementId":"300126"}', /JSON object/],
    ['a Studio model without a model', zipWith('model2.ldr'), /Studio model.*no model\.ldr/],
    ['a PDF', '%PDF-1.7\n%âãÏÓ', /PDF document/],
  ] as const)
    it(`names ${name}`, async () => {
      const failure = await failureOf(content);
      expect(failure?.code).to.equal('format-not-supported');
      expect(failure?.detail).to.match(message);
    });

  it('lists the accepted formats in the words of the contract', async () => {
    expect((await failureOf('{}'))?.detail).to.contain(ACCEPTED_FORMATS);
  });
});
