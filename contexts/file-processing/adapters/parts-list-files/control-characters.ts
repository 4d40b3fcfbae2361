import type { RepairNote } from '../../domain/findings.ts';
import { UnreadableFile } from '../../application/ports/parts-list-reader.ts';

export const countNewlines = (text: string): number => {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
};

// eslint-disable-next-line no-control-regex -- these are the characters to be removed
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;
// eslint-disable-next-line no-control-regex -- Ctrl-Z and NUL end a file on old systems
const END_MARKS = /^[\0\x1a\s]*$/;

export type Cleaner = {
  /** The text without control characters. Throws `UnreadableFile` for a NUL in the middle of the file. */
  readonly clean: (text: string) => string;
  /** The line of the next character. */
  readonly line: () => number;
};

/**
 * Removes what no parts list can mean: control characters within the text, and the marks (Ctrl-Z, NUL) by which some
 * programs end a file. A NUL with text behind it is binary data.
 */
export const controlCharacterCleaner = (note: (note: RepairNote) => void): Cleaner => {
  let line = 1;
  let column = 1;
  let end: { readonly line: number; readonly column: number } | undefined;

  const binary = (at: { readonly line: number; readonly column: number }): UnreadableFile =>
    new UnreadableFile('encoding-unreadable', 'The file holds binary data where text is expected.', at);

  const advance = (text: string): void => {
    line += countNewlines(text);
    const newline = text.lastIndexOf('\n');
    column = newline === -1 ? column + text.length : text.length - newline;
  };

  return {
    line: () => line,
    clean: (text) => {
      if (end !== undefined) {
        if (!END_MARKS.test(text)) throw binary(end);
        return '';
      }
      let cleanText = '';
      let from = 0;
      for (const { index, 0: character } of text.matchAll(CONTROL)) {
        advance(text.slice(from, index));
        cleanText += text.slice(from, index);
        from = index + 1;
        if ((character === '\0' || character === '\x1a') && END_MARKS.test(text.slice(index))) {
          end = { line, column };
          note({ code: 'end-of-file-mark-removed', line });
          return cleanText;
        }
        if (character === '\0') throw binary({ line, column });
        note({ code: 'control-character-removed', line });
        column += 1;
      }
      advance(text.slice(from));
      return cleanText + text.slice(from);
    },
  };
};
