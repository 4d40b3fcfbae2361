import type { ListWriter } from '../../application/ports/list-writer.ts';

/** Takes the colour of whatever the model is put into. */
const INHERITED_COLOUR = '16';

/** LDraw units: room for most parts beside each other. */
const SPACING = 120;
const PIECES_PER_ROW = 40;

const IDENTITY_MATRIX = '1 0 0 0 1 0 0 0 1';

/** Every piece beside the others, in rows: a list has no model. */
export const ldrawModel: ListWriter = {
  head: '0 Parts list\r\n0 Name: parts.ldr\r\n0 Author: -\r\n',
  line: ({ number, colour }, index) => {
    const x = (index % PIECES_PER_ROW) * SPACING;
    const z = Math.floor(index / PIECES_PER_ROW) * SPACING;
    return `1 ${colour ?? INHERITED_COLOUR} ${x} 0 ${z} ${IDENTITY_MATRIX} ${number}.dat\r\n`;
  },
  tail: () => '0 STEP\r\n',
};
