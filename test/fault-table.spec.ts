import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

const docs = join(import.meta.dirname, '../docs');

/** The rows of a table whose last cell links to a file: the title of a test and the file that has it. */
const rowsIn = (text: string): readonly { readonly title: string; readonly file: string }[] =>
  text.split('\n').flatMap((line) => {
    const [, title, link] = line.split('|').slice(1, -1);
    const file = link?.trim().split('](')[1]?.slice(0, -1);
    return title === undefined || file === undefined ? [] : [{ title: title.trim(), file }];
  });

for (const heading of ['Faults of files', 'Faults of MOCs and the gallery'])
  describe(`the table "${heading}"`, () => {
    const [, section = ''] = readFileSync(join(docs, 'testing.md'), 'utf8').split(`## ${heading}\n`);
    const rows = rowsIn(section.split('\n## ')[0] ?? '');

    it('has rows', () => {
      expect(rows.length).to.be.greaterThan(25);
    });

    for (const { title, file } of rows)
      it(`names a test that exists: ${title}`, () => {
        expect(readFileSync(join(docs, file), 'utf8')).to.include(title);
      });
  });
