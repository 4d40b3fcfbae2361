import type { Failure } from '../domain/file-job-events.ts';
import type { Encoding, RepairNote } from '../domain/findings.ts';
import { extraPieces, neededPieces, parseLot, type Lot } from '../domain/lot.ts';
import { UnreadableFile } from '../application/ports/parts-list-reader.ts';
import { readPartsList } from '../adapters/parts-list-files/read-parts-list.ts';

export type Content = string | Uint8Array;

export type WholeList = {
  format?: string;
  encoding?: Encoding;
  lots: Lot[];
  pieces: number;
  extra: number;
  repairs: RepairNote[];
};

/** The content in chunks of `size` bytes. */
export const inChunks = (content: Content, size = 65_536) =>
  (async function* () {
    const bytes = Buffer.from(content as string);
    for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
  })();

/** Reads a whole list. Throws `UnreadableFile`. */
export const readAll = async (content: Content, chunkSize?: number): Promise<WholeList> => {
  const result: WholeList = { lots: [], pieces: 0, extra: 0, repairs: [] };
  for await (const { format, encoding, lots, repairs } of readPartsList(inChunks(content, chunkSize))) {
    Object.assign(result, { format, encoding });
    for (const lot of lots) result.lots.push(parseLot(lot, result.lots.length + 1));
    result.repairs.push(...repairs);
  }
  result.pieces = result.lots.reduce((pieces, lot) => pieces + neededPieces(lot), 0);
  result.extra = result.lots.reduce((pieces, lot) => pieces + extraPieces(lot), 0);
  return result;
};

/** Why the content is refused; `undefined` when it is not. */
export const failureOf = async (content: Content, chunkSize?: number): Promise<Failure | undefined> => {
  try {
    await readAll(content, chunkSize);
    return undefined;
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return error.failure;
  }
};

/** Code, line and column of the refusal, as far as it has them; `none` when the content is read. */
export const refusalOf = async (content: Content): Promise<string> => {
  const failure = await failureOf(content);
  if (failure === undefined) return 'none';
  return [failure.code, failure.line, failure.column].filter((part) => part !== undefined).join(':');
};
