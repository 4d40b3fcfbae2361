import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Message } from '@lego-moc/kernel/message';

/** What lies in a golden file. */
export const goldenData = (folder: string, name: string): unknown =>
  JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));

/**
 * A test for each file `<stored name>.json` in `folder`, one for every form of every event that was ever written: a
 * file is added with each, and none is ever changed or removed. `forms` is how many there are. With `sameToday`, what
 * is read must also be what was written, as long as no form has been replaced.
 */
export const testGoldenFiles = (
  folder: string,
  { decode }: { readonly decode: (name: string, data: unknown) => Message | undefined },
  { forms, sameToday = false }: { readonly forms: number; readonly sameToday?: boolean },
): void => {
  const names = readdirSync(folder).map((file) => file.replace(/\.json$/u, ''));

  for (const name of names)
    it(`still knows ${name}`, () => {
      const data = goldenData(folder, name);
      const event = decode(name, data);
      expect(event).to.have.property('type', name.split('.')[1]);
      if (sameToday) expect(event?.data).to.deep.equal(data);
    });

  it(`knows ${forms} forms`, () => {
    expect(names).to.have.length(forms);
  });
};
