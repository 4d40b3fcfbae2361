import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Message } from '@lego-moc/kernel/message';

const DECODED_SUFFIX = '.decoded';

/** The content of a golden file. */
export const goldenData = (folder: string, name: string): unknown =>
  JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));

/**
 * A test for each file `<stored name>.json` in `folder`, one for every form of every event that was ever written: a
 * file is added with each, and none is ever changed or removed. `forms` is their number. The whole decoded data must
 * equal the written data, or, for a form that has been replaced, the content of `<stored name>.decoded.json`.
 */
export const testGoldenFiles = (
  folder: string,
  { decode }: { readonly decode: (name: string, data: unknown) => Message | undefined },
  { forms }: { readonly forms: number },
): void => {
  const names = readdirSync(folder)
    .map((file) => file.replace(/\.json$/u, ''))
    .filter((name) => !name.endsWith(DECODED_SUFFIX));

  for (const name of names)
    it(`reads ${name} as a whole event`, () => {
      const decodedName = `${name}${DECODED_SUFFIX}`;
      const data = goldenData(folder, existsSync(join(folder, `${decodedName}.json`)) ? decodedName : name);
      expect(decode(name, goldenData(folder, name))).to.deep.equal({ type: name.split('.')[1], data });
    });

  it(`has ${forms} forms`, () => {
    expect(names).to.have.length(forms);
  });
};
