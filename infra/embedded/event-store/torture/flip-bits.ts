import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Turns a bit of every occurrence of `mark` in the files of a directory; names the files that held it. */
export const flipBits = (directory: string, mark: string): readonly string[] =>
  readdirSync(directory).filter((name) => {
    const path = join(directory, name);
    const content = readFileSync(path);
    const first = content.indexOf(mark);
    for (let at = first; at >= 0; at = content.indexOf(mark, at + 1)) content[at] = (content[at] ?? 0) ^ 1;
    if (first >= 0) writeFileSync(path, content);
    return first >= 0;
  });
