import { Readable } from 'node:stream';
import { streamReply, type Reply } from './respond.ts';
import { tooManyStreams, watcherLimit } from './watcher-limit.ts';

/** What a route answers that gives users everything that a context has of them. */
export const EXPORT_REPLIES = {
  200: { description: 'The file', mediaType: 'application/x-ndjson' },
  429: { description: 'too-many-event-streams: too many such files are open' },
} as const;

async function* toText(lines: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}

/** Replies with a file of this name, a line of JSON for each object, as they are read. Few are open at once. */
export const exportReplies = (name: string): ((caller: string, lines: AsyncIterable<object>) => Reply) => {
  const files = watcherLimit();
  const headers = {
    'content-type': EXPORT_REPLIES[200].mediaType,
    'content-disposition': `attachment; filename="${name}"`,
    'cache-control': 'no-store',
  };
  return (caller, lines) => {
    const release = files.admit(caller);
    if (release === undefined) return tooManyStreams;
    return streamReply(Readable.from(toText(lines)).once('close', release), headers);
  };
};
