import { Readable } from 'node:stream';

/** The caller's body failed while it was sent: its source broke, not the called service. */
export class RequestBodyFailed extends Error {
  constructor(cause: unknown) {
    super('The request body failed', { cause });
    this.name = 'RequestBodyFailed';
  }
}

export type SentBody = {
  readonly body: Readable | Uint8Array | null;
  /** The error of the source, if it failed. */
  readonly failure: () => RequestBodyFailed | undefined;
};

const chunksOf = async function* (
  source: Readable,
  onProgress: () => void,
  onFailure: (error: unknown) => void,
): AsyncGenerator {
  try {
    for await (const chunk of source) {
      onProgress();
      yield chunk;
    }
    onProgress();
  } catch (error) {
    onFailure(error);
    throw error;
  }
};

/** A body being sent: reports each chunk and its end, and whether its own source failed. */
export const sentBody = (source: Readable | Uint8Array | string | undefined, onProgress: () => void): SentBody => {
  if (!(source instanceof Readable)) {
    const body = typeof source === 'string' ? Buffer.from(source) : (source ?? null);
    return { body, failure: () => undefined };
  }
  let failure: RequestBodyFailed | undefined;
  const chunks = chunksOf(source, onProgress, (error) => {
    failure = new RequestBodyFailed(error);
  });
  return { body: Readable.from(chunks, { objectMode: false }), failure: () => failure };
};
