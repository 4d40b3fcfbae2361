import { expect } from 'chai';
import fc from 'fast-check';
import { textKind } from './text-kind.ts';

const kindOf = (text: string, name = 'list.xml'): string | undefined => textKind(Buffer.from(text), name);

const INVENTORY = '<INVENTORY><ITEM><ITEMTYPE>P</ITEMTYPE></ITEM></INVENTORY>';

describe('detecting kinds of text', () => {
  it('detects XML with and without declaration, comment and document type', () => {
    for (const preamble of [
      '',
      '\r\n  ',
      '<?xml version="1.0" encoding="UTF-8"?>\n',
      '<!-- made by hand -->',
      '<?xml version="1.0"?><!DOCTYPE BrickStoreXML>',
      '<!DOCTYPE a [<!ENTITY b "c">]>',
    ])
      expect(kindOf(preamble + INVENTORY)).to.equal('application/xml');
  });

  it('detects a web page by any of its beginnings', () => {
    for (const page of [
      '<!DOCTYPE html><html><head><title>Sign in</title>',
      '<!doctype HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">',
      '\n\n<html lang="en">',
      '<!-- sign in --><html>',
      '<?xml version="1.0"?><!DOCTYPE html PUBLIC "x" "y"><html xmlns="http://www.w3.org/1999/xhtml">',
      '<script>location = "/login"</script>',
    ])
      expect(kindOf(page)).to.equal('text/html');
  });

  it('detects SVG', () => {
    expect(kindOf('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')).to.equal('image/svg+xml');
  });

  it('skips byte order marks', () => {
    expect(kindOf(`\uFEFF${INVENTORY}`)).to.equal('application/xml');
    expect(textKind(Buffer.from(`\uFEFF${INVENTORY}`, 'utf16le'), 'list.xml')).to.equal('application/xml');
  });

  it('distinguishes plain texts by the name', () => {
    expect(kindOf('Part,Color,Quantity\n3001,4,8\n', 'parts.CSV')).to.equal('text/csv');
    expect(kindOf('0 Crane\n1 4 0 0 0 1 0 0 0 1 0 0 0 1 3001.dat\n', 'crane.mpd')).to.equal('application/x-ldraw');
    expect(kindOf('3001 red 8', 'parts')).to.equal('text/plain');
  });

  it('accepts Windows-1252 as text', () => {
    expect(textKind(Buffer.from([0x42, 0xfc, 0x68, 0x6e, 0x65]), 'a.csv')).to.equal('text/csv');
  });

  it('rejects binary control characters as text', () => {
    expect(kindOf('PK\u0003\u0004')).to.equal(undefined);
    expect(kindOf('text\u0000text')).to.equal(undefined);
  });

  it('returns without an error for any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 4100 }), (head) => void textKind(head, 'x')));
    for (const nasty of ['<!--', '<!--'.repeat(1000), '<!DOCTYPE a ['.repeat(300), ' '.repeat(4100), '<?'.repeat(2000)])
      expect(kindOf(nasty.slice(0, 4100))).to.be.a('string');
  });
});
