import type { ColumnMapping, TableSample } from '../../domain/column-mapping.ts';
import type { Failure } from '../../domain/file-job-events.ts';

/** What a reading worker gets: how to read, then bytes as it asks for them, and leave to send another portion. */
export type ReadingRequest =
  | { readonly type: 'read'; readonly mapping: ColumnMapping | undefined }
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'end' }
  | { readonly type: 'continue' };

/**
 * What it answers; `unreadable`, `bug` and `end` are the last message of a file. A portion is JSON: to clone a thousand lots
 * takes both processes eight times as long as to write and parse them.
 */
export type ReadingReply =
  | { readonly type: 'next-bytes' }
  | { readonly type: 'portion'; readonly json: string }
  | { readonly type: 'unreadable'; readonly failure: Failure; readonly sample: TableSample | undefined }
  | { readonly type: 'bug'; readonly stack: string }
  | { readonly type: 'end' };
