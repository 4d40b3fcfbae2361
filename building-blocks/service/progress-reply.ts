import { PassThrough } from 'node:stream';
import { streamReply, type Reply } from '@lego-moc/http/respond';

/**
 * Starts a job and streams its progress, a JSON object a line. A caller that hangs up does not end the job. A failure
 * before the first progress is thrown; one behind it is the last line.
 */
export const progressReply = async (
  run: (onProgress: (progress: object) => void) => Promise<unknown>,
): Promise<Reply> => {
  const lines = new PassThrough();
  const write = (line: object): void => {
    if (!lines.destroyed) lines.write(`${JSON.stringify(line)}\n`);
  };
  const { promise: startSignal, resolve: start } = Promise.withResolvers<undefined>();
  const job = run((progress) => {
    start(undefined);
    write(progress);
  });
  const failure = await Promise.race([
    startSignal,
    job.then(
      () => undefined,
      (error: unknown) => error,
    ),
  ]);
  if (failure !== undefined) throw failure as Error;

  void job
    .catch((error: unknown) => write({ phase: 'failed', reason: error instanceof Error ? error.name : 'Error' }))
    .finally(() => lines.end());
  return streamReply(lines, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
};
