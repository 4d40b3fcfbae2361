import type { ExportLine } from '../../domain/export-lot.ts';
import type { ListWriter } from '../../application/ports/list-writer.ts';

/** An array with an element a line. */
const jsonArray = (elementOf: (line: ExportLine) => object): ListWriter => ({
  head: '[',
  line: (line, index) => `${index === 0 ? '' : ','}\n${JSON.stringify(elementOf(line))}`,
  tail: () => '\n]\n',
});

export const pickABrickJson: ListWriter = jsonArray(({ number, quantity }) => ({ elementId: number, quantity }));

/** Everything that is known of each lot, in the words of `GET /v1/jobs/:jobId/lots`. */
export const plainJson: ListWriter = jsonArray(({ lot: { lot, line, ...fields } }) => ({ lot, line, ...fields }));
